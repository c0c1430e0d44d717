// A form that is on its way is not sent a second time: who presses twice means it once.
(() => {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return; // htmx sends it
    const buttons = event.target.querySelectorAll("button");
    // Only once the browser has read the form: a button that is disabled is not sent with it.
    setTimeout(() => buttons.forEach((button) => { button.disabled = true; }));
  });
  // The second press of a double click: by then the first may be done, and another button stand there.
  document.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("button")?.type === "submit") event.preventDefault();
  }, true);
  // The browser may show the page again as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
