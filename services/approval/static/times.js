// Times in the reader's zone; what the server wrote stays where the browser runs no scripts.
(() => {
  const short = new Intl.DateTimeFormat(undefined, {
    month: "short", day: "numeric", hour: "numeric", minute: "2-digit",
  });
  const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
  const long = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

  function localise(root) {
    for (const time of root.querySelectorAll("time[datetime]:not([data-local])")) {
      const moment = new Date(time.dateTime);
      if (Number.isNaN(moment.getTime())) continue;
      const isSoon = "clock" in time.dataset && moment - Date.now() < 12 * 3600 * 1000;
      time.textContent = (isSoon ? clock : short).format(moment);
      time.title = long.format(moment);
      time.dataset.local = "";
    }
  }

  // The days of the filters are the reader's too.
  const isSecure = location.protocol === "https:";
  document.cookie = `platen_zone=${Intl.DateTimeFormat().resolvedOptions().timeZone}; path=/; `
    + `max-age=31536000; samesite=lax${isSecure ? "; secure" : ""}`;

  localise(document);
  // Rows come and change at any time, by htmx and by the live connection alike.
  new MutationObserver(() => localise(document))
    .observe(document.body, { childList: true, subtree: true });
})();
