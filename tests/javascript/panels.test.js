// Whom the worker takes for one of our own pages.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isOurs } from "../../extension/worker/panels.js";

// Node knows no origin of an extension, so that another scheme stands in for it.
const ORIGIN = "https://ours.example";

globalThis.chrome = { runtime: { id: "ours", getURL: (file) => `${ORIGIN}/${file}` } };

function check(url, expected, sender = {}, name = "panel") {
  assert.equal(isOurs({ name, sender: { id: "ours", url, ...sender } }), expected, `${name} ${url}`);
}

test("the panel and the settings are ours", () => {
  check(`${ORIGIN}/panel.html`, true);
  check(`${ORIGIN}/options.html`, true);
  check(`${ORIGIN}/options.html?from=menu#keys`, true);
});

test("nothing else is, whatever it looks like", () => {
  check(`${ORIGIN}/other.html`, false);
  check(`${ORIGIN}/pages/options.html`, false);
  check(`${ORIGIN}/options.html/x`, false);
  check(`${ORIGIN}/OPTIONS.html`, false);
  check("http://ours.example/options.html", false);
  check("https://theirs.example/options.html", false);
  check(`https://a.example/?${ORIGIN}/options.html`, false);
  check(`${ORIGIN}/options.html`, false, { id: "theirs" });
  check(`${ORIGIN}/options.html`, false, { url: undefined });
  check(`${ORIGIN}/options.html`, false, {}, "settings");
});
