// Has the offline page kept at hand (templates/service_worker.js), once the page is done loading.
"use strict";
(() => {
  const worker = document.currentScript.dataset.worker;
  if (!("serviceWorker" in navigator)) return;
  addEventListener("load", () => { navigator.serviceWorker.register(worker).catch(() => { /* the site works without */ }); });
})();
