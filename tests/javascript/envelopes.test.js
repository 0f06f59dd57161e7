// What the worker takes for an envelope, a request and a name.

import assert from "node:assert/strict";
import { test } from "node:test";

import { LARGEST, clientOf, isRequestOf, readEnvelope, tooLarge } from "../../extension/worker/envelopes.js";

const NONCE = "123e4567-e89b-42d3-a456-426614174000";

test("the four envelopes of a panel are read, and what else they carry is dropped", () => {
  const envelopes = [
    { to: "worker", kind: "open", client: "a1", window: 7 },
    { to: "worker", kind: "taken", nonce: NONCE },
    { to: "worker", kind: "reconnect" },
    { to: "host", message: { kind: "experts", id: "a1/1" } },
  ];
  for (const envelope of envelopes) {
    assert.deepEqual(readEnvelope({ ...envelope, sender: "forged", from: "host" }), envelope);
  }
});

test("anything else is no envelope", () => {
  for (const value of [
    undefined, null, 1, "open", [], {}, { to: "panel", message: {} }, { to: "host" },
    { to: "host", message: "text" }, { to: "host", message: [] }, { to: "host", message: null },
    { to: "worker" }, { to: "worker", kind: "open" }, { to: "worker", kind: "open", client: "a1" },
    { to: "worker", kind: "open", client: "a/1", window: 1 },
    { to: "worker", kind: "open", client: "", window: 1 },
    { to: "worker", kind: "open", client: "a".repeat(33), window: 1 },
    { to: "worker", kind: "open", client: "a1", window: "1" },
    { to: "worker", kind: "open", client: "a1", window: 1.5 },
    { to: "worker", kind: "taken" }, { to: "worker", kind: "taken", nonce: "../host" },
    { to: "worker", kind: "disconnect" },
  ]) {
    assert.equal(readEnvelope(value), null, JSON.stringify(value));
  }
});

test("a panel may ask in its own name only, and not say that another left", () => {
  const check = (message, expected) => assert.equal(isRequestOf(message, "a1"), expected, JSON.stringify(message));
  const kinds = ["hello", "capture", "ask", "experts", "cancel", "chunk"];
  const settings = ["vendors", "set_key", "test_key", "remove_key", "settings", "change_settings", "usage"];
  for (const kind of [...kinds, ...settings]) {
    check({ kind, id: "a1/3" }, true);
    check({ kind, id: "b2/3" }, false);
    check({ kind }, false);
  }
  check({ kind: "leave", client: "a1" }, false);
  check({ kind: "leave", client: "b2", id: "a1/1" }, false);
  check({ kind: "shell", id: "a1/1" }, false);
  check({ id: "a1/1" }, false);
});

test("a message is routed by the client part of its request", () => {
  assert.equal(clientOf({ kind: "event", id: "a1/12", event: "delta" }), "a1");
  for (const id of [undefined, null, 3, "", "a1", "/1", "a1/", "a1/x", "a1/1/2", "a-1/1", "a1/1\n"]) {
    assert.equal(clientOf({ id }), null, JSON.stringify(id));
  }
});

test("a message larger than the host takes fails its request, by the bytes of its JSON", () => {
  const check = (text, expected) => {
    const message = { kind: "ask", id: "a1/7", ask: { text } };
    const refused = tooLarge(message);
    assert.equal(refused !== null, expected, `${text.length} units of ${text.slice(0, 2)}`);
    if (expected) {
      assert.deepEqual([refused.kind, refused.id, refused.event], ["event", "a1/7", "failed"]);
      assert.equal(refused.failure.code, "too_large");
      const bytes = Buffer.byteLength(JSON.stringify(message));
      assert.equal(refused.failure.message, `a message of ${bytes} bytes is larger than ${LARGEST}`);
    }
  };
  const room = LARGEST - JSON.stringify({ kind: "ask", id: "a1/7", ask: { text: "" } }).length;
  check("", false);
  check("x".repeat(room), false);
  check("x".repeat(room + 1), true);
  // What takes more bytes than units: three for one, four for two, six for one.
  check("潮".repeat(Math.floor(room / 3)), false);
  check("潮".repeat(Math.floor(room / 3) + 1), true);
  check("😀".repeat(Math.floor(room / 4)), false);
  check("😀".repeat(Math.floor(room / 4) + 1), true);
  check("\u0000".repeat(Math.floor(room / 6)), false);
  check("\u0000".repeat(Math.floor(room / 6) + 1), true);
  check("\ud800".repeat(Math.floor(room / 6) + 1), true);
});
