// The open panels and the ports to them.

/** @typedef {import("./envelopes.js").ToPanel} ToPanel */

/**
 * @typedef {object} Panel
 * @property {chrome.runtime.Port} port
 * @property {string} client The name that the panel chose; its requests carry it.
 * @property {number} window
 */

/** The pages that may speak to the worker: the panel and the settings. */
const PAGES = ["panel.html", "options.html"];

/**
 * Whether a port was opened by one of our own pages. Only what the browser says of the sender counts.
 * @param {chrome.runtime.Port} port
 */
export function isOurs({ name, sender }) {
  if (name !== "panel" || sender?.id !== chrome.runtime.id || sender.url === undefined) {
    return false;
  }
  const { origin, pathname } = new URL(sender.url);
  return PAGES.some((page) => {
    const own = new URL(chrome.runtime.getURL(page));
    return origin === own.origin && pathname === own.pathname;
  });
}

/** The open panels. */
export class Panels {
  /** @type {Map<string, Panel>} */
  #byClient = new Map();

  /** Whether none is open. */
  get none() {
    return this.#byClient.size === 0;
  }

  /**
   * A panel that comes again under its name takes the place of what it was.
   * @param {Panel} panel
   */
  add(panel) {
    this.#byClient.get(panel.client)?.port.disconnect();
    this.#byClient.set(panel.client, panel);
  }

  /**
   * Whether this panel was among the open ones, and not replaced.
   * @param {Panel} panel
   */
  remove(panel) {
    const known = this.#byClient.get(panel.client) === panel;
    return known && this.#byClient.delete(panel.client);
  }

  /**
   * @param {string} client
   * @param {ToPanel} message
   */
  tell(client, message) {
    const panel = this.#byClient.get(client);
    if (panel !== undefined) {
      post(panel, message);
    }
  }

  /** @param {ToPanel} message */
  tellAll(message) {
    for (const panel of this.#byClient.values()) {
      post(panel, message);
    }
  }

  /**
   * @param {number} window
   * @param {ToPanel} message
   */
  tellWindow(window, message) {
    for (const panel of this.#byClient.values()) {
      if (panel.window === window) {
        post(panel, message);
      }
    }
  }
}

/**
 * @param {Panel} panel
 * @param {ToPanel} message
 */
function post(panel, message) {
  try {
    panel.port.postMessage(message);
  } catch {
    // The panel has just closed; its `onDisconnect` follows and cleans up.
  }
}
