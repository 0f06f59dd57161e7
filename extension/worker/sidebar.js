// Opening the panel, which each browser calls something else.

/**
 * Opens the panel of a window. Must be called in the very turn of the reader's click: browsers allow it only there.
 * A refusal is no loss: an order waits for the panel, and the reader can still open it by hand.
 * @param {number} window
 */
export async function openPanel(window) {
  try {
    await (chrome.sidePanel?.open
      ? chrome.sidePanel.open({ windowId: window })
      : chrome.sidebarAction.open());
  } catch (error) {
    console.info("the panel did not open:", error);
  }
}
