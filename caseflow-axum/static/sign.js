// Niceties only: a contract is signed without this file too.
const { typed, time_zone: zone } = document.querySelector(".signature form").elements;
const autograph = document.getElementById("autograph");

const show = () => {
  autograph.textContent = typed.value.trim();
  autograph.hidden = autograph.textContent === "";
};

typed.addEventListener("input", show);
show();
zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
