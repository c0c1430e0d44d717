// The keyboard: j and k move, x selects, a approves, / searches, ? helps, Escape closes.
(() => {
  const rows = () => [...document.querySelectorAll("#rows tr")];
  const current = () => document.activeElement?.closest?.("#rows tr");

  function move(step) {
    const all = rows();
    const at = all.indexOf(current());
    const next = at < 0 ? all[step > 0 ? 0 : all.length - 1] : all[at + step];
    next?.querySelector("a.open").focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: () => current()?.querySelector("input[type=checkbox]")?.click(),
    a: () => current()?.querySelector(".offer button.primary")?.click(),
    "/": () => document.getElementById("search")?.focus(),
    "?": () => document.getElementById("help")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement?.closest(".offer, #search, .search")) {
      document.activeElement.blur();
      return;
    }
    const isTyping = event.target.closest?.("input:not([type=checkbox]), select, textarea, dialog");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });

  // A row that is drawn anew keeps the focus that was in it.
  let focused = "";
  document.addEventListener("htmx:before:swap", () => {
    focused = document.activeElement?.closest("#rows tr") ? document.activeElement.id : "";
  });
  document.addEventListener("htmx:after:swap", () => {
    if (focused && document.activeElement === document.body) {
      document.getElementById(focused)?.focus();
    }
  });
})();
