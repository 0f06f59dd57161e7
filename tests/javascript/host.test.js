// The connection to the host, against a browser that the test plays.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Host, stateOf } from "../../extension/worker/host.js";

const MISSING = "Specified native messaging host not found.";
const EXITED = "Native host has exited.";
const HELLO = { kind: "hello", id: "worker/1" };

/** A world in which time passes only when told to. */
class Stage {
  ports = [];
  told = [];
  delivered = [];
  time = 1_000_000;
  timers = new Map();
  error;
  stored;

  constructor(stored) {
    this.stored = stored;
    this.host = new Host({
      connect: () => this.#port(),
      lastError: () => this.error,
      recall: async () => this.stored,
      remember: (remembered) => (this.stored = structuredClone(remembered)),
      now: () => this.time,
      later: (run, ms) => this.timers.set(this.timers.size + 1, { run, at: this.time + ms }).size,
      never: (timer) => this.timers.delete(timer),
      announce: ({ state, retry_in_ms }) => this.told.push(retry_in_ms === null ? state : [state, retry_in_ms]),
      deliver: (message) => this.delivered.push(message),
      version: "0.1.0",
    });
  }

  #port() {
    const port = { sent: [], open: true, listeners: {} };
    port.onMessage = { addListener: (listener) => (port.listeners.message = listener) };
    port.onDisconnect = { addListener: (listener) => (port.listeners.disconnect = listener) };
    port.disconnect = () => (port.open = false);
    port.postMessage = (message) => {
      if (!port.open) {
        throw new Error("Attempting to use a disconnected port object");
      }
      port.sent.push(message);
    };
    this.ports.push(port);
    return port;
  }

  get port() {
    return this.ports.at(-1);
  }

  say(message) {
    this.port.listeners.message(message);
  }

  end(error) {
    this.port.open = false;
    this.error = error;
    this.port.listeners.disconnect();
    this.error = undefined;
  }

  /** Lets the next timer ring. */
  ring() {
    const [[timer, { run, at }]] = this.timers;
    this.timers.delete(timer);
    this.time = at;
    run();
  }

  tell() {
    return this.told.splice(0);
  }
}

async function connected() {
  const stage = new Stage();
  await stage.host.want();
  stage.say({ kind: "event", id: "worker/1", event: "done" });
  assert.deepEqual(stage.tell(), ["connecting", "connected"]);
  return stage;
}

test("the host is connected when it has spoken, and its answer to the worker goes to no panel", async () => {
  const stage = await connected();
  assert.deepEqual(stage.delivered, []);
  const event = { kind: "event", id: "a1/1", event: "delta", text: "x" };
  stage.say(event);
  assert.deepEqual(stage.delivered, [event]);
});

test("what is sent before the port is open follows the worker's greeting", async () => {
  const stage = new Stage();
  const ready = stage.host.want();
  assert.ok(stage.host.send({ kind: "hello", id: "a1/1" }));
  assert.ok(stage.host.send({ kind: "experts", id: "a1/2" }));
  await ready;
  assert.deepEqual(stage.port.sent.map(({ id }) => id), ["worker/1", "a1/1", "a1/2"]);
  assert.equal(stage.port.sent[0].kind, HELLO.kind);
});

test("a host that ends is started again, later each time", async () => {
  const stage = await connected();
  for (const wait of [500, 1000, 2000, 4000, 8000]) {
    stage.end(EXITED);
    assert.equal(stage.host.send({ kind: "experts", id: "a1/2" }), false);
    stage.ring();
    assert.deepEqual(stage.tell(), [["ended", wait], "connecting"]);
  }
  assert.equal(stage.ports.length, 6);
});

test("a missing host is looked for without a word until it answers", async () => {
  const stage = new Stage();
  await stage.host.want();
  stage.end(MISSING);
  stage.ring();
  stage.end(MISSING);
  stage.ring();
  stage.say({ kind: "event", id: "worker/1", event: "done" });
  assert.deepEqual(stage.tell(), ["connecting", ["missing", 500], ["missing", 1000], "connected"]);
});

test("the reader need not wait for the next try", async () => {
  const stage = new Stage();
  await stage.host.want();
  stage.end(MISSING);
  stage.tell();
  stage.host.retryNow();
  stage.host.retryNow();
  assert.deepEqual(stage.tell(), ["connecting", "connecting"], "each click gets an answer");
  assert.equal(stage.ports.length, 2);
  assert.equal(stage.timers.size, 0);
});

test("a host that runs is started anew when the reader wants it", async () => {
  const stage = await connected();
  const old = stage.port;
  stage.host.retryNow();
  assert.equal(old.open, false);
  assert.equal(stage.ports.length, 2);
  stage.say({ kind: "event", id: "worker/1", event: "done" });
  assert.deepEqual(stage.tell(), ["connecting", "connected"]);
});

test("without a panel the port is closed and not opened again", async () => {
  const stage = await connected();
  stage.host.release();
  assert.equal(stage.port.open, false);
  stage.host.retryNow();
  assert.equal(stage.ports.length, 1);
  assert.equal(stage.host.send({ kind: "experts", id: "a1/2" }), false);
});

test("a panel that closes while the host is looked for stops the search", async () => {
  const stage = new Stage();
  const ready = stage.host.want();
  stage.host.release();
  await ready;
  assert.equal(stage.ports.length, 0);
  await stage.host.want();
  stage.end(EXITED);
  stage.host.release();
  assert.equal(stage.timers.size, 0);
});

test("opening and closing the panel often never makes the reader wait", async () => {
  const stage = new Stage();
  for (let time = 0; time < 20; time += 1) {
    await stage.host.want();
    stage.host.release();
  }
  assert.equal(stage.ports.length, 20);
});

test("a new worker remembers the starts of the old one", async () => {
  const old = await connected();
  for (let time = 0; time < 5; time += 1) {
    old.end(EXITED);
    old.ring();
  }
  old.end(EXITED);
  const stage = new Stage(old.stored);
  stage.time = old.time + 1000;
  await stage.host.want();
  assert.equal(stage.ports.length, 0);
  assert.deepEqual(stage.tell(), ["connecting", ["ended", 60_000 - 16_500]]);
});

test("a message on a port that has just died is not lost without a sign", async () => {
  const stage = await connected();
  stage.port.open = false;
  assert.equal(stage.host.send({ kind: "experts", id: "a1/2" }), false);
});

test("a late word of an old port is not taken for one of the new", async () => {
  const stage = await connected();
  const old = stage.port;
  stage.end(EXITED);
  stage.ring();
  stage.tell();
  old.listeners.message({ kind: "event", id: "a1/1", event: "done" });
  old.listeners.disconnect();
  assert.deepEqual([stage.tell(), stage.delivered], [[], []]);
});

test("the browsers' words for a closed port are understood", () => {
  const check = (state, ...errors) => errors.forEach((error) => assert.equal(stateOf(error), state, error));
  check("missing", MISSING, "No such native application org.coterie.host");
  check("forbidden", "Access to the specified native messaging host is forbidden.");
  check("ended", EXITED, undefined);
  check("broken", "Error when communicating with the native messaging host.",
    "Native application tried to send a message of 1048607 bytes, which exceeds the limit of 1048576 bytes.");
});
