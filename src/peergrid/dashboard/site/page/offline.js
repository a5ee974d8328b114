// Comes back to the same room as soon as the backend answers.
const again = () => location.reload();
const ask = () => fetch("/manifest.webmanifest", { cache: "no-store" }).then((it) => it.ok && again(), () => {});

addEventListener("online", ask);
setInterval(ask, 10_000);
document.querySelector("a").addEventListener("click", (event) => {
  event.preventDefault();
  again();
});
