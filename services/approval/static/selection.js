// Which orders are selected. It is kept here and not in the page, so that rows may come, change
// and go without anything being forgotten or approved by mistake.
(() => {
  const bulk = () => document.getElementById("bulk");
  if (!bulk()) return;
  const picked = new Map(); // order id -> what was seen of it
  let all = null; // how many waited, when every one of them is selected
  let asOf = ""; // the moment when they were counted: nothing newer is approved with them

  const button = document.getElementById("approve-orders");
  const said = document.getElementById("selected");
  const failure = document.getElementById("failure");
  const board = () => document.getElementById("board");
  const clear = document.getElementById("clear");
  const boxes = () => document.querySelectorAll("#rows input[type=checkbox]");
  const count = (n) => n.toLocaleString("en-US");

  function show() {
    for (const box of boxes()) {
      const [id] = box.value.split(" ");
      const row = box.closest("tr");
      box.checked = all !== null ? !("news" in row.dataset) : picked.has(id);
      row.classList.toggle("picked", box.checked);
    }
    const head = document.getElementById("pick-all");
    if (head) {
      head.checked = all !== null;
      head.indeterminate = all === null && picked.size > 0;
    }
    const n = all ?? picked.size;
    said.textContent = all !== null
      ? `All ${count(all)} waiting for approval selected`
      : n ? `${count(n)} selected` : "";
    clear.hidden = n === 0;
    if (button) {
      button.disabled = n === 0;
      button.title = n ? "" : "Select orders first";
    }
  }

  function forget() {
    picked.clear();
    all = null;
    show();
  }

  async function selectAll() {
    try {
      const filters = new URL(bulk().elements.looking.value, location).search;
      const answer = await fetch("/count" + filters);
      if (answer.status === 401) return location.reload();
      ({ orders: all, as_of: asOf } = await answer.json());
      if (!asOf) throw new Error(answer.status);
    } catch {
      forget();
      return tell("The orders could not be counted, so none is selected. Try again.");
    }
    for (const row of document.querySelectorAll("#rows tr[data-news]")) delete row.dataset.news;
    if (all === 0) all = null;
    show();
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.id === "pick-all") {
      picked.clear();
      if (box.checked) selectAll();
      else forget();
    } else if (box.matches?.("#rows input[type=checkbox]")) {
      const [id, seen] = box.value.split(" ");
      if (all !== null && box.checked) return selectAll(); // it came later: count it too
      if (all !== null) {
        // From "all" to "these": what this page shows, without the one that was unticked.
        all = null;
        for (const other of boxes()) if (other.checked) picked.set(...other.value.split(" "));
      }
      if (box.checked) picked.set(id, seen);
      else picked.delete(id);
      show();
    }
  });

  clear.addEventListener("click", forget);

  document.addEventListener("submit", async (event) => {
    if (event.target.id !== "bulk") return;
    event.preventDefault();
    event.stopPropagation();
    const n = all ?? picked.size;
    if (n === 0) return;
    tell("");
    const values = new URLSearchParams({ looking: event.target.elements.looking.value });
    if (all !== null) {
      values.set("all", "yes");
      values.set("as_of", asOf);
    } else for (const [id, seen] of picked) values.append("order", `${id} ${seen}`);
    const progress = document.getElementById("progress");
    progress.querySelector("span").textContent =
      `Approving ${count(n)} ${n === 1 ? "order" : "orders"}…`;
    progress.hidden = false;
    button.disabled = true;
    try {
      await send(values);
    } finally {
      progress.hidden = true;
    }
  }, true);

  async function send(values) {
    let answer = null;
    let text = "";
    try {
      answer = await fetch("/approve", {
        method: "POST", body: values, headers: { "HX-Request": "true" },
      });
      text = await answer.text();
    } catch {
      return unanswered(answer);
    }
    if (answer.status === 401) return location.reload();
    const detail = detailOf(answer, text);
    if (detail) return tell(detail);
    // Something in between may have answered, with a page of its own.
    if (!answer.ok || !text.includes('id="board"')) return unanswered(answer);
    forget();
    await htmx.swap({ target: board(), swap: "outerMorph", text });
    show();
  }

  function detailOf(answer, text) {
    if (!/json/.test(answer.headers.get("content-type"))) return null;
    try {
      return JSON.parse(text).detail;
    } catch {
      return null;
    }
  }

  function unanswered(answer) {
    tell(`The server did not answer${answer ? ` (${answer.status})` : ""}. The orders may have `
      + "been approved or not: the list shows how it is now.");
    htmx.trigger(board(), "board:refresh");
  }

  // Outside of what is drawn anew, so that it stays until the person acts again.
  function tell(text) {
    failure.textContent = text;
    failure.hidden = text === "";
    show();
  }

  document.addEventListener("htmx:after:swap", show);
  show();
})();
