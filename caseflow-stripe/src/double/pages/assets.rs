//! Style and scripts.

use super::super::reply::Reply;

/// The pages' style: light and dark, and narrow enough for a telephone.
pub(super) fn style() -> Reply {
    Reply::new(200, "text/css; charset=utf-8", STYLE.to_owned())
}

/// The script for a page that embeds the form.
pub(super) fn embed(base: &str) -> Reply {
    let base = base.replace(['"', '\\', '<', '\n'], "");
    script(EMBED.replace("{base}", &base))
}

/// The script that tells the page around the frame that the payer is done.
pub(super) fn done() -> Reply {
    script(DONE.to_owned())
}

fn script(text: String) -> Reply {
    Reply::new(200, "text/javascript; charset=utf-8", text)
        .with("x-content-type-options", "nosniff".to_owned())
}

const STYLE: &str = r#":root {
  color-scheme: light dark;
  --ink: #1b1f2a; --paper: #ffffff; --edge: #767c8a; --deep: #3b3fb6; --on-deep: #ffffff;
  --note: #fff3c4; --bad: #a4001d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #eceef4; --paper: #14171f; --edge: #8b92a3; --deep: #a9b1ff; --on-deep: #14171f;
    --note: #3d3410; --bad: #ff9aa8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 28rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.25rem; }
.note { padding: .75rem; background: var(--note); border-radius: .5rem; }
.sum { font-size: 1.75rem; font-weight: 700; margin: 0 0 1rem; }
.problem { color: var(--bad); font-weight: 600; }
label { display: block; font-weight: 600; }
.way { font-weight: 400; padding: .25rem 0; }
fieldset { border: 1px solid var(--edge); border-radius: .5rem; margin: 0 0 1rem; }
input:not([type=radio]) {
  width: 100%; min-height: 2.75rem; padding: .5rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--edge); border-radius: .5rem;
}
details { margin-top: 1rem; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; align-items: end; }
button {
  width: 100%; min-height: 2.75rem; margin: .25rem 0; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-deep); background: var(--deep); border: 1px solid var(--deep); border-radius: .5rem;
}
button.second { color: var(--deep); background: transparent; }
a { color: var(--deep); }
:focus-visible { outline: 3px solid var(--deep); outline-offset: 2px; }
"#;

const DONE: &str = r#""use strict";
const back = document.getElementById("back");
window.parent.postMessage({ doubleOfStripe: "complete", back: back ? back.href : null }, "*");
"#;

const EMBED: &str = r#""use strict";
// Stands in for Stripe's own script: just what it takes to embed the form of a checkout.
window.Stripe = function Stripe() {
  const base = "{base}";
  const origin = new URL(base, document.baseURI).origin;
  return {
    async createEmbeddedCheckoutPage(options) {
      const fetched = options.clientSecret || options.fetchClientSecret();
      const secret = await fetched;
      const frame = document.createElement("iframe");
      frame.src = base + "/c/pay/" + encodeURIComponent(secret);
      frame.title = "Payment form";
      frame.style.border = "0";
      frame.width = "100%";
      frame.height = "760";
      const listen = (event) => {
        const ours = event.origin === origin && event.source === frame.contentWindow;
        if (!ours || !event.data || event.data.doubleOfStripe !== "complete") return;
        if (event.data.back) window.location.assign(event.data.back);
        else if (options.onComplete) options.onComplete();
      };
      window.addEventListener("message", listen);
      const unmount = () => frame.remove();
      return {
        mount(place) {
          const element = typeof place === "string" ? document.querySelector(place) : place;
          element.append(frame);
        },
        unmount,
        destroy() {
          window.removeEventListener("message", listen);
          unmount();
        },
      };
    },
  };
};
"#;
