// Niceties only: a secret is shown, copied by hand and hidden by a link without this file too.
const { hide, seconds } = document.getElementById("shown").dataset;

// The page without it takes its place, so that going back does not show it either.
setTimeout(() => location.replace(hide), Number(seconds) * 1000);

const copy = document.getElementById("copy");
copy.hidden = navigator.clipboard === undefined;
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(document.getElementById("secret").textContent);
  copy.textContent = "Copied";
});
