// News that are too much to be said row by row: the page asks for what it shows. Many pages may be
// open, so they do not all ask at once, and a page asks once however often it is told.
(() => {
  let due = null;
  document.addEventListener("refresh", (event) => {
    const shown = ["board", "order", "failures"]
      .map((id) => document.getElementById(id)).find((element) => element);
    if (!event.target.matches?.(".live") || due !== null) return;
    due = setTimeout(() => {
      due = null;
      htmx.trigger(shown, "board:refresh");
    }, shown.id === "board" ? 100 + Math.random() * 700 : 0);
  });
})();
