// Starts Flet's client, all of it from our own host; Flutter's loader stands above.
const { place, socket } = document.body.dataset;

// An address that somebody typed or was sent, such as /market, is a room's too.
if (location.pathname !== "/" && !location.hash)
  history.replaceState(null, "", `/${location.search}#${location.pathname}`);

window.flet = {
  pyodide: false,
  multiView: false,
  noCdn: true,
  webSocketEndpoint: "/ws",
  entrypointBaseUrl: place,
  assetBase: place,
  canvasKitBaseUrl: `${place}canvaskit/`,
  fontFallbackBaseUrl: `${place}assets/fonts/`,
  routeUrlStrategy: "hash", // any host of files can serve it
  webRenderer: "auto",
};

// The client speaks to the page's own host. Where files have a host of their own, the rest
// answers elsewhere.
if (socket) {
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(address, protocols) {
      super(socket + new URL(address).pathname, protocols);
    }
  };
}

// WebKit brings a page back from its history with a client that never draws again.
addEventListener("pageshow", (event) => {
  if (event.persisted && navigator.vendor.startsWith("Apple")) location.reload();
});

const waiting = document.getElementById("waiting");
addEventListener("flutter-first-frame", () => waiting.remove(), { once: true });

const config = {
  multiViewEnabled: false,
  entrypointBaseUrl: flet.entrypointBaseUrl,
  assetBase: flet.assetBase,
  canvasKitBaseUrl: flet.canvasKitBaseUrl,
  fontFallbackBaseUrl: flet.fontFallbackBaseUrl,
};
_flutter.loader
  .load({
    config,
    onEntrypointLoaded: async (initializer) => {
      const engine = await initializer.initializeEngine(config);
      flet.flutterApp = await engine.runApp();
    },
  })
  .catch((error) => {
    console.error(error);
    waiting.querySelector("p").textContent =
      "PeerGrid could not be opened. Please load the page again.";
  });

// Only for the page that is shown without a network; nothing else is kept by it.
if (navigator.serviceWorker && isSecureContext) {
  addEventListener("load", () => navigator.serviceWorker.register("/worker.js").catch(() => {}));
}
