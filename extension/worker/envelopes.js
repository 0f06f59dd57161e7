// What crosses the port between panel and worker. Everything is judged by tag and by fields.

/**
 * A panel to the worker.
 * @typedef {{to: "worker", kind: "open", client: string, window: number}} Open
 * @typedef {{to: "worker", kind: "taken", nonce: string}} Taken
 * @typedef {{to: "worker", kind: "reconnect"}} Reconnect
 * @typedef {{to: "host", message: object}} ForHost
 * @typedef {Open | Taken | Reconnect | ForHost} FromPanel
 */

/**
 * How it stands with the host.
 * - `connecting`: it was started and has not spoken yet;
 * - `connected`: it has spoken on this connection, which knows nothing of an earlier one;
 * - `missing`: the browser knows no such host;
 * - `forbidden`: the host's registration does not name this extension;
 * - `ended`: it is gone;
 * - `broken`: it sent something that is no message.
 * @typedef {"connecting" | "connected" | "missing" | "forbidden" | "ended" | "broken"} HostState
 * @typedef {{state: HostState, detail: string, retry_in_ms: number | null}} HostStatus
 */

/**
 * The worker to a panel.
 * @typedef {import("./handoffs.js").Handoff} Handoff
 * @typedef {{from: "host", message: object}} FromHost
 * @typedef {{from: "worker", kind: "host"} & HostStatus} HostReport
 * @typedef {{from: "worker", kind: "handoff", handoff: Handoff}} HandoffReport
 * @typedef {{from: "worker", kind: "granted", tab: number}} Granted
 * @typedef {FromHost | HostReport | HandoffReport | Granted} ToPanel
 */

/**
 * The largest message that the host takes, in bytes of its JSON; a larger one ends it, and with it the answers of all
 * windows.
 */
export const LARGEST = 8 * 1024 * 1024;

const CLIENT = /^[A-Za-z0-9]{1,32}$/;
const REQUEST = /^([A-Za-z0-9]{1,32})\/[0-9]{1,20}$/;
const NONCE = /^[0-9a-f-]{36}$/;

/** What a panel may ask of the host. That it left, the worker says for it. */
const REQUESTS = new Set([
  "hello", "capture", "ask", "experts", "cancel", "chunk",
  "vendors", "set_key", "test_key", "remove_key", "settings", "change_settings", "usage",
]);

/**
 * Reads an envelope of a panel; `null` when it is none.
 * @param {unknown} value
 * @returns {FromPanel | null}
 */
export function readEnvelope(value) {
  if (!isRecord(value)) {
    return null;
  }
  if (value.to === "host") {
    return isRecord(value.message) ? { to: "host", message: value.message } : null;
  }
  return value.to === "worker" ? readOrder(value) : null;
}

/**
 * @param {Record<string, unknown>} value
 * @returns {FromPanel | null}
 */
function readOrder({ kind, client, window, nonce }) {
  if (kind === "open" && matches(CLIENT, client) && Number.isSafeInteger(window)) {
    return { to: "worker", kind, client, window: Number(window) };
  }
  if (kind === "taken" && matches(NONCE, nonce)) {
    return { to: "worker", kind, nonce };
  }
  return kind === "reconnect" ? { to: "worker", kind } : null;
}

/**
 * Whether a message is one that this client may send to the host: a known request, in its own name.
 * @param {object} message
 * @param {string} client
 */
export function isRequestOf(message, client) {
  const { kind } = /** @type {Record<string, unknown>} */ (message);
  return typeof kind === "string" && REQUESTS.has(kind) && clientOf(message) === client;
}

/**
 * The failure of a request that is too large for the host; `null` when it is not.
 * @param {object} message
 * @returns {object | null}
 */
export function tooLarge(message) {
  const length = bytesOf(JSON.stringify(message));
  if (length <= LARGEST) {
    return null;
  }
  const { id } = /** @type {Record<string, unknown>} */ (message);
  const failure = { code: "too_large", message: `a message of ${length} bytes is larger than ${LARGEST}` };
  return { kind: "event", id, event: "failed", failure };
}

/**
 * How long a text is as UTF-8. Of one that is surely small enough, since no unit takes more than three bytes, it is
 * not looked at and the number of units does.
 * @param {string} text
 */
function bytesOf(text) {
  return text.length * 3 <= LARGEST ? text.length : new TextEncoder().encode(text).length;
}

/**
 * Whose request a message belongs to; `null` when it names none.
 * @param {object} message
 * @returns {string | null}
 */
export function clientOf(message) {
  const { id } = /** @type {Record<string, unknown>} */ (message);
  return typeof id === "string" ? (REQUEST.exec(id)?.[1] ?? null) : null;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {RegExp} pattern
 * @param {unknown} value
 * @returns {value is string}
 */
function matches(pattern, value) {
  return typeof value === "string" && pattern.test(value);
}
