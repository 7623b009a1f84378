// Niceties only: every page works without this file.
const held = new Set();

addEventListener("submit", (event) => {
  const form = event.target;
  // A form that only asks may be sent again: its answer can be a file, which leaves the page as it is.
  if (form.method === "get") return;
  if (held.has(form)) return event.preventDefault();
  held.add(form);
  form.querySelector("button[type=submit]")?.setAttribute("aria-busy", "true");
});

// A page taken from the back-forward cache must accept its form again.
addEventListener("pageshow", () => {
  held.clear();
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

document.querySelector(".problems")?.focus();
