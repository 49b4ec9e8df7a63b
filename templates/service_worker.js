// Answers a page that cannot be fetched with the offline page. Nothing else is kept and nothing
// else is answered: figures always come from the site.
"use strict";
const NAME = "offline-{{ version }}";
const PAGE = "{{ page }}";
const PAGE_SENT = "{{ page_sent }}";
const FILES = [{% for file in files %}"{{ file }}", {% endfor %}];
const SITE = `${location.origin}/`;

self.addEventListener("install", (event) => {
  const requests = [PAGE, PAGE_SENT, ...FILES].map((url) => new Request(url, { credentials: "omit", cache: "no-cache" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(requests)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
    // The page is asked for while this script still starts.
    if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
  })());
});

async function answer(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return caches.match(event.request.method === "POST" ? PAGE_SENT : PAGE, { ignoreVary: true });
  }
}

self.addEventListener("fetch", (event) => {
  const { method, mode, referrer, url } = event.request;
  if (FILES.includes(url.slice(SITE.length - 1))) {
    event.respondWith(caches.match(url, { ignoreVary: true }).then((kept) => kept || fetch(event.request)));
  } else if (mode === "navigate" && (method === "GET" || referrer.startsWith(SITE))) {
    // A form that another site sends is left alone: passed on from here, it would look like ours.
    event.respondWith(answer(event));
  }
});
