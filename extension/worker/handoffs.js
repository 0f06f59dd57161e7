// Orders that a menu item gives to a panel which may not be open yet.
//
// They lie in session storage, each under a key of its own, so that neither the death of this worker nor
// two clicks at once can lose one, and they stay there until the panel says that it took them.

import { isRecord } from "./envelopes.js";

/**
 * What a panel is told.
 * @typedef {object} Handoff
 * @property {string} nonce Told apart by this: the same one may be delivered twice.
 * @property {import("./menus.js").MenuAction} action
 * @property {"selection" | "page"} target
 * @property {number} tab
 * @property {number} frame
 * @property {string | null} selection The selected text as the browser gave it.
 */

/** @typedef {{handoff: Handoff, window: number, time: number}} Stored */

/** @typedef {Pick<chrome.storage.StorageArea, "get" | "set" | "remove">} Storage */

const PREFIX = "handoff:";

/** After this long the reader has forgotten the click. Milliseconds. */
const STALE = 120_000;

/**
 * @param {Storage} storage
 * @param {Stored} stored
 */
export async function keep(storage, stored) {
  await storage.set({ [PREFIX + stored.handoff.nonce]: stored });
}

/**
 * @param {Storage} storage
 * @param {string} nonce
 */
export async function taken(storage, nonce) {
  await storage.remove(PREFIX + nonce);
}

/**
 * The orders that wait for the panel of a window, oldest first. Stale ones of any window are dropped.
 * @param {Storage} storage
 * @param {number} window
 * @param {number} now
 * @returns {Promise<Handoff[]>}
 */
export async function waitingFor(storage, window, now) {
  const entries = Object.entries(await storage.get(null)).filter(([key]) => key.startsWith(PREFIX));
  const stale = entries.filter(([, value]) => !isStored(value) || now - value.time > STALE);
  if (stale.length > 0) {
    await storage.remove(stale.map(([key]) => key));
  }
  return entries
    .map(([, value]) => value)
    .filter(isStored)
    .filter((stored) => stored.window === window && now - stored.time <= STALE)
    .sort((one, other) => one.time - other.time)
    .map((stored) => stored.handoff);
}

/**
 * Session storage is ours alone, but a newer version may have left another shape there.
 * @param {unknown} value
 * @returns {value is Stored}
 */
function isStored(value) {
  return isRecord(value) && isRecord(value.handoff) && typeof value.time === "number";
}
