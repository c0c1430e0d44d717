// Pictures on the page of an order, enlarged: first as large as the window, then pixel by pixel.
// Without scripts, and with a modifier key, the link opens the file itself.
(() => {
  const dialog = document.getElementById("zoom");
  if (!dialog) return;
  const picture = dialog.querySelector("img");
  const size = document.getElementById("zoom-size");

  function show(isActual) {
    dialog.classList.toggle("actual", isActual);
    size.setAttribute("aria-pressed", isActual);
    size.textContent = isActual ? "Fit the window" : "Actual size";
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-zoom]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    picture.src = link.href;
    picture.alt = link.dataset.zoom;
    picture.className = link.querySelector("img").className;
    document.getElementById("zoom-title").textContent = link.dataset.zoom;
    show(false);
    dialog.showModal();
  });

  size.addEventListener("click", () => show(!dialog.classList.contains("actual")));
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    show(!dialog.classList.contains("actual"));
    const pane = picture.parentElement;
    pane.scrollTo(x * picture.width - pane.clientWidth / 2, y * picture.height - pane.clientHeight / 2);
  });
})();
