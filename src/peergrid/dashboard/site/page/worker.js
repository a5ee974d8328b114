// Keeps one page for when there is no network, of the release at ${place}.
const SHELF = "offline ${place}";
const KEPT = ["/offline.html", "${place}waiting.css", "${place}offline.js", "${place}icon.svg"];

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(KEPT)));
});

addEventListener("activate", (event) => {
  const leave = (names) => Promise.all(names.filter((it) => it !== SHELF).map((it) => caches.delete(it)));
  event.waitUntil(caches.keys().then(leave));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(KEPT[0])));
  } else if (KEPT.includes(new URL(request.url).pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
