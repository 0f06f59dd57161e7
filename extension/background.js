// The worker: owns the port to the host, the menus and the relay between panels and host.
//
// It may be killed at any time. Nothing here is missed then: the panels come again by themselves, and orders that
// no panel has taken yet lie in session storage. Every listener is registered in the first turn, as browsers demand.

import { clientOf, isRequestOf, readEnvelope, tooLarge } from "./worker/envelopes.js";
import * as handoffs from "./worker/handoffs.js";
import { Host } from "./worker/host.js";
import { createMenus, orderOf } from "./worker/menus.js";
import { Panels, isOurs } from "./worker/panels.js";
import { openPanel } from "./worker/sidebar.js";

/** @typedef {import("./worker/envelopes.js").ToPanel} ToPanel */
/** @typedef {import("./worker/panels.js").Panel} Panel */

const storage = chrome.storage.session;
const panels = new Panels();
const host = new Host({
  connect: () => chrome.runtime.connectNative("org.coterie.host"),
  lastError: () => chrome.runtime.lastError?.message,
  recall: async () => /** @type {any} */ ((await storage.get("host")).host),
  remember: (remembered) => void storage.set({ host: remembered }).catch(() => undefined),
  now: () => Date.now(),
  later: (run, ms) => setTimeout(run, ms),
  never: (timer) => clearTimeout(timer),
  announce: (status) => panels.tellAll({ from: "worker", kind: "host", ...status }),
  deliver,
  version: chrome.runtime.getManifest().version,
});

chrome.runtime.onInstalled.addListener(createMenus);
chrome.runtime.onStartup.addListener(createMenus);

chrome.action.onClicked.addListener((tab) => {
  void openPanel(tab.windowId);
  grant(tab);
});

chrome.contextMenus.onClicked.addListener((info, tab) => {
  const order = orderOf(info, tab, Date.now());
  if (order !== null && tab !== undefined) {
    void openPanel(order.window);
    grant(tab);
    void giveOrder(order);
  }
});

chrome.runtime.onConnect.addListener((port) => {
  if (!isOurs(port)) {
    port.disconnect();
    return;
  }
  /** @type {Panel | null} */
  let panel = null;
  port.onMessage.addListener((message) => {
    const envelope = readEnvelope(message);
    if (panel === null && envelope?.to === "worker" && envelope.kind === "open") {
      panel = { port, client: envelope.client, window: envelope.window };
      opened(panel);
    } else if (panel !== null && envelope !== null) {
      received(panel, envelope);
    }
  });
  port.onDisconnect.addListener(() => {
    void chrome.runtime.lastError;
    if (panel !== null) {
      left(panel);
    }
  });
});

/** @param {Panel} panel */
function opened(panel) {
  panels.add(panel);
  if (host.wanted) {
    panels.tell(panel.client, { from: "worker", kind: "host", ...host.status });
  } else {
    void host.want();
  }
  void deliverOrders(panel.window, (message) => panels.tell(panel.client, message));
}

/**
 * @param {Panel} panel
 * @param {import("./worker/envelopes.js").FromPanel} envelope
 */
function received(panel, envelope) {
  if (envelope.to === "host") {
    relay(panel, envelope.message);
  } else if (envelope.kind === "taken") {
    void handoffs.taken(storage, envelope.nonce);
  } else if (envelope.kind === "reconnect") {
    host.retryNow();
  }
}

/**
 * @param {Panel} panel
 * @param {object} message
 */
function relay(panel, message) {
  if (!isRequestOf(message, panel.client)) {
    return;
  }
  const refused = tooLarge(message);
  if (refused !== null) {
    panels.tell(panel.client, { from: "host", message: refused });
  } else if (!host.send(message) && host.status.state !== "connected") {
    panels.tell(panel.client, { from: "worker", kind: "host", ...host.status });
  }
}

/** @param {Panel} panel */
function left(panel) {
  if (!panels.remove(panel)) {
    return;
  }
  host.send({ kind: "leave", client: panel.client });
  if (panels.none) {
    host.release();
  }
}

/**
 * Hands a message of the host to the panel whose request it belongs to, or to all when it names none.
 * @param {object} message
 */
function deliver(message) {
  const client = clientOf(message);
  if (client === null) {
    panels.tellAll({ from: "host", message });
  } else {
    panels.tell(client, { from: "host", message });
  }
}

/**
 * The reader's click has opened this tab to us.
 * @param {chrome.tabs.Tab} tab
 */
function grant(tab) {
  if (tab.id !== undefined) {
    panels.tellWindow(tab.windowId, { from: "worker", kind: "granted", tab: tab.id });
  }
}

/** @param {handoffs.Stored} order */
async function giveOrder(order) {
  const tell = (/** @type {ToPanel} */ message) => panels.tellWindow(order.window, message);
  try {
    await handoffs.keep(storage, order);
  } catch {
    // Session storage is full: an open panel is told at once, and only a closed one misses it.
    tell({ from: "worker", kind: "handoff", handoff: order.handoff });
  }
  await deliverOrders(order.window, tell);
}

/**
 * @param {number} window
 * @param {(message: ToPanel) => void} tell
 */
async function deliverOrders(window, tell) {
  for (const handoff of await handoffs.waitingFor(storage, window, Date.now())) {
    tell({ from: "worker", kind: "handoff", handoff });
  }
}
