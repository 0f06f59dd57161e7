// Loads the panel, and stands in for it when it has failed.

import init from "./panel.js";

let failed = false;

/** Puts a screen in place of the panel, from which it can be loaded anew. Called after a panic, too. */
globalThis.coterieCrashed = () => {
  if (failed) {
    return;
  }
  failed = true;
  const screen = document.createElement("main");
  screen.className = "crash";
  screen.setAttribute("role", "alert");
  const title = document.createElement("h1");
  title.textContent = chrome.i18n.getMessage("panel_crash_title");
  const body = document.createElement("p");
  body.textContent = chrome.i18n.getMessage("panel_crash_body");
  const reload = document.createElement("button");
  reload.className = "plain strong";
  reload.textContent = chrome.i18n.getMessage("panel_remedy_reload");
  reload.addEventListener("click", () => location.reload());
  screen.append(title, body, reload);
  document.body.replaceChildren(screen);
  reload.focus();
};

// What ends WebAssembly without a panic: no memory left, too deep a call.
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    globalThis.coterieCrashed();
  }
});

try {
  await init({ module_or_path: new URL("./panel_bg.wasm", import.meta.url) });
} catch (error) {
  console.error("coterie: the panel could not be loaded:", error);
  globalThis.coterieCrashed();
}
