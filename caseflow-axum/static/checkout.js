// Shows a payment provider's form. What its script is told stands in the page; of that, `entry` names the function that
// the script puts on the window, and `method` what makes a form of the checkout's secret.
const [place, wait, failed] = ["checkout", "checkout-wait", "checkout-failed"].map((id) => document.getElementById(id));

const load = (address) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: resolve, onerror: reject });
    document.head.append(script);
  });

wait.hidden = false;
try {
  const { script, settings } = place.dataset;
  const { entry, method, publishable_key: key, client_secret: clientSecret } = JSON.parse(settings);
  await load(script);
  const form = await window[entry](key)[method]({ clientSecret });
  wait.hidden = true;
  form.mount("#checkout");
} catch (error) {
  wait.hidden = true;
  failed.hidden = false;
  throw error;
}
