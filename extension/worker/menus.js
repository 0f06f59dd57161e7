// The items of the context menu, and what a click on one asks for.

/** @typedef {"translate" | "summarize" | "explain" | "expand"} MenuAction */

/** @typedef {{id: string, message: string, action: MenuAction, target: "selection" | "page"}} Item */

/** @type {readonly Item[]} */
const ITEMS = [
  { id: "translate", message: "menu_translate", action: "translate", target: "selection" },
  { id: "summarize", message: "menu_summarize", action: "summarize", target: "selection" },
  { id: "explain", message: "menu_explain", action: "explain", target: "selection" },
  { id: "expand", message: "menu_expand", action: "expand", target: "selection" },
  { id: "summarize-page", message: "menu_page_summarize", action: "summarize", target: "page" },
];

/** Where the items show: not on the browser's own pages, which nobody may read. */
const PAGES = ["http://*/*", "https://*/*", "file:///*"];

/**
 * Puts the items into the menu, instead of those of an earlier version or language. The browser itself groups the
 * items of a selection under the extension's name.
 */
export function createMenus() {
  chrome.contextMenus.removeAll(() => {
    for (const { id, message, target } of ITEMS) {
      const title = chrome.i18n.getMessage(message);
      const item = { id, title, contexts: [target], documentUrlPatterns: PAGES };
      // Installation and start of the browser may coincide: the second item of a name is refused, which is right.
      chrome.contextMenus.create(/** @type {chrome.contextMenus.CreateProperties} */ (item), () => {
        void chrome.runtime.lastError;
      });
    }
  });
}

/**
 * What a click asks for; `null` when it is not on an item of ours or on no tab.
 * @param {chrome.contextMenus.OnClickData} info
 * @param {chrome.tabs.Tab | undefined} tab
 * @param {number} now
 * @returns {import("./handoffs.js").Stored | null}
 */
export function orderOf(info, tab, now) {
  const item = ITEMS.find(({ id }) => id === info.menuItemId);
  if (item === undefined || tab?.id === undefined) {
    return null;
  }
  const handoff = {
    nonce: crypto.randomUUID(),
    action: item.action,
    target: item.target,
    tab: tab.id,
    frame: info.frameId ?? 0,
    selection: item.target === "selection" ? (info.selectionText ?? null) : null,
  };
  return { handoff, window: tab.windowId, time: now };
}
