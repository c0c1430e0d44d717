// Requests that fail: what is on the page stays as it was, and the person is told.
(() => {
  const isLive = (event) => event.target.matches?.(".live");

  function tell(text) {
    const banner = document.getElementById("failure");
    banner.textContent = text;
    banner.hidden = text === "";
  }

  function detailOf(text) {
    try {
      return JSON.parse(text).detail;
    } catch {
      return "Try again in a moment.";
    }
  }

  document.addEventListener("htmx:before:request", (event) => {
    const isOwn = event.detail.ctx.sourceEvent?.type === "board:refresh";
    if (!isLive(event) && !isOwn) tell(""); // it stays until the person acts again
  });
  document.addEventListener("htmx:response:error", (event) => {
    const { response, text } = event.detail.ctx;
    if (isLive(event) || response.status === 401) return; // the page is loaded anew, to sign in
    tell(`What is shown may be out of date: the server answered ${response.status}. ${detailOf(text)}`);
  });
  document.addEventListener("htmx:error", (event) => {
    if (isLive(event)) return; // it connects again by itself
    tell("The server did not answer, and what is shown may be out of date. Load the page again.");
  });
})();
