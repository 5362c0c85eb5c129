// Keeps the figures of the page "Now" up to date. The page reads the same without it.
"use strict";
(() => {
  const place = document.querySelector("[data-live]");
  const state = document.getElementById("live-state");
  if (!place || !state || !window.EventSource) return;
  const source = new EventSource(place.dataset.live);
  source.addEventListener("figures", (event) => {
    place.innerHTML = event.data;
    state.textContent = "Live, as of " + event.lastEventId + " UTC.";
  });
  source.addEventListener("error", () => {
    state.textContent = source.readyState === EventSource.CLOSED
      ? "No longer live: load the page again." : "Connecting again.";
  });
  window.addEventListener("pagehide", () => source.close());
})();
