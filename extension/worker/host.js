// The one connection to the native host: opened while a panel is open, opened again when it fails.

import { NO_HISTORY, closed, failed, started, waitBeforeRetry, waitBeforeStart } from "./backoff.js";
import { clientOf, isRecord } from "./envelopes.js";

/** @typedef {import("./backoff.js").History} History */
/** @typedef {import("./envelopes.js").HostState} HostState */
/** @typedef {import("./envelopes.js").HostStatus} HostStatus */

/** What the worker itself is called as a client of the host. */
const WORKER = "worker";

/** The protocol that this worker relays; the panels judge whether the host speaks it. */
const PROTOCOL = { major: 2, minor: 0 };

/** Messages kept until the port is open; a panel sends one or two before that. */
const MAX_WAITING = 64;

/**
 * Everything outside, so that a test can stand in for it.
 * @typedef {object} World
 * @property {() => chrome.runtime.Port} connect
 * @property {() => string | undefined} lastError Why a port closed, asked while it closes.
 * @property {() => Promise<Remembered | undefined>} recall
 * @property {(remembered: Remembered) => void} remember
 * @property {() => number} now Milliseconds since the epoch.
 * @property {(run: () => void, ms: number) => number} later
 * @property {(timer: number) => void} never
 * @property {(status: HostStatus) => void} announce
 * @property {(message: object) => void} deliver
 * @property {string} version
 */

/**
 * What survives this worker.
 * @typedef {{history: History, status: {state: HostState, detail: string}}} Remembered
 */

/**
 * What the browser's words for a closed port mean. Chromium's first, then Firefox's.
 * @param {string | undefined} error
 * @returns {HostState}
 */
export function stateOf(error) {
  if (error === undefined || /has exited/.test(error)) {
    return "ended";
  }
  if (/host not found|No such native application/.test(error)) {
    return "missing";
  }
  return /forbidden|not have permission/.test(error) ? "forbidden" : "broken";
}

/** The connection to the host. */
export class Host {
  /** @type {World} */
  #world;
  /** @type {chrome.runtime.Port | null} */
  #port = null;
  /** @type {{state: HostState, detail: string}} */
  #status = { state: "connecting", detail: "" };
  /** @type {History} */
  #history = NO_HISTORY;
  /** @type {object[]} */
  #waiting = [];
  #wanted = false;
  #recalled = false;
  /** @type {number | null} */
  #timer = null;
  #retryAt = 0;

  /** @param {World} world */
  constructor(world) {
    this.#world = world;
  }

  /** How it stands now. @returns {HostStatus} */
  get status() {
    const wait = this.#timer === null ? null : Math.max(0, this.#retryAt - this.#world.now());
    return { ...this.#status, retry_in_ms: wait };
  }

  /** Whether a panel is open. */
  get wanted() {
    return this.#wanted;
  }

  /** The first panel is open. */
  async want() {
    this.#wanted = true;
    this.#enter("connecting", "");
    await this.#recall();
    if (!this.#wanted || this.#port !== null || this.#timer !== null) {
      return;
    }
    const wait = waitBeforeStart(this.#history, this.#world.now());
    if (wait > 0) {
      this.#retryIn(wait);
    } else {
      this.#open();
    }
  }

  /** No panel is open any more. */
  release() {
    this.#wanted = false;
    this.#waiting = [];
    this.#stopWaiting();
    this.#close();
  }

  /** The reader wants it tried at once; a host that runs, as one that is too old, is started anew. */
  retryNow() {
    if (!this.#wanted || !this.#recalled) {
      return;
    }
    this.#stopWaiting();
    if (this.#status.state === "connected") {
      this.#close();
    }
    this.#enter("connecting", "");
    if (this.#port === null) {
      this.#open();
    }
  }

  /**
   * Sends a message; `false` when there is no connection to send it on.
   * @param {object} message
   */
  send(message) {
    if (this.#port !== null) {
      return this.#post(this.#port, message);
    }
    const opening = this.#wanted && this.#timer === null && this.#waiting.length < MAX_WAITING;
    if (opening) {
      this.#waiting.push(message);
    }
    return opening;
  }

  #close() {
    if (this.#port !== null) {
      this.#port.disconnect();
      this.#port = null;
      this.#history = closed(this.#history);
      this.#remember();
    }
  }

  async #recall() {
    if (this.#recalled) {
      return;
    }
    const remembered = await this.#world.recall().catch(() => undefined);
    if (remembered !== undefined && !this.#recalled) {
      this.#history = remembered.history;
      if (waitBeforeStart(remembered.history, this.#world.now()) > 0) {
        this.#status = remembered.status;
      }
    }
    this.#recalled = true;
  }

  #remember() {
    this.#world.remember({ history: this.#history, status: this.#status });
  }

  #open() {
    this.#history = started(this.#history, this.#world.now());
    this.#remember();
    const port = this.#world.connect();
    this.#port = port;
    port.onMessage.addListener((message) => this.#heard(port, message));
    port.onDisconnect.addListener(() => this.#lost(port));
    // Only an answer shows that there is a host: a port to a missing one opens just the same.
    const client = { name: "worker", version: this.#world.version };
    this.#post(port, { kind: "hello", id: `${WORKER}/1`, protocol: PROTOCOL, client });
    for (const message of this.#waiting.splice(0)) {
      this.#post(port, message);
    }
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {object} message
   */
  #post(port, message) {
    try {
      port.postMessage(message);
      return true;
    } catch {
      // The port has just closed and its `onDisconnect` follows, or the message is above the browser's limit.
      return false;
    }
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {unknown} message
   */
  #heard(port, message) {
    if (port !== this.#port || !isRecord(message)) {
      return;
    }
    if (this.#status.state !== "connected") {
      this.#enter("connected", "");
    }
    if (clientOf(message) !== WORKER) {
      this.#world.deliver(message);
    }
  }

  /** @param {chrome.runtime.Port} port */
  #lost(port) {
    const error = this.#world.lastError() ?? port.error?.message;
    if (port !== this.#port) {
      return;
    }
    this.#port = null;
    this.#waiting = [];
    this.#history = failed(this.#history, this.#world.now());
    this.#status = { state: stateOf(error), detail: error ?? "" };
    this.#remember();
    this.#retryIn(waitBeforeRetry(this.#history, this.#world.now()));
  }

  /** @param {number} wait */
  #retryIn(wait) {
    this.#waiting = [];
    this.#retryAt = this.#world.now() + wait;
    this.#timer = this.#world.later(() => {
      this.#timer = null;
      // What the reader has to mend is looked for again without a word until it is there.
      if (this.#status.state === "ended" || this.#status.state === "broken") {
        this.#enter("connecting", "");
      }
      this.#open();
    }, wait);
    this.#world.announce(this.status);
  }

  #stopWaiting() {
    if (this.#timer !== null) {
      this.#world.never(this.#timer);
      this.#timer = null;
    }
  }

  /**
   * @param {HostState} state
   * @param {string} detail
   */
  #enter(state, detail) {
    this.#status = { state, detail };
    this.#world.announce(this.status);
  }
}
