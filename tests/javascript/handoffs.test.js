// Orders wait for their panel.

import assert from "node:assert/strict";
import { test } from "node:test";

import { keep, taken, waitingFor } from "../../extension/worker/handoffs.js";

/** Session storage that lives in a map. */
function storage(entries = {}) {
  const map = new Map(Object.entries(entries));
  return {
    get: async () => Object.fromEntries(map),
    set: async (items) => Object.entries(items).forEach(([key, value]) => map.set(key, value)),
    remove: async (keys) => [keys].flat().forEach((key) => map.delete(key)),
    keys: () => [...map.keys()],
  };
}

const order = (nonce, window, time) => ({
  handoff: { nonce, action: "expand", target: "selection", tab: 1, frame: 0, selection: "word" },
  window,
  time,
});

const nonces = async (area, window, now) => (await waitingFor(area, window, now)).map(({ nonce }) => nonce);

test("an order waits for the panel of its window until it is taken", async () => {
  const area = storage();
  await Promise.all([keep(area, order("b", 1, 20)), keep(area, order("a", 1, 10)), keep(area, order("c", 2, 15))]);
  assert.deepEqual(await nonces(area, 1, 30), ["a", "b"]);
  assert.deepEqual(await nonces(area, 1, 30), ["a", "b"], "delivered again while not taken");
  await taken(area, "a");
  assert.deepEqual(await nonces(area, 1, 30), ["b"]);
  assert.deepEqual(await nonces(area, 2, 30), ["c"]);
});

test("after two minutes an order is stale and dropped, whatever its window", async () => {
  const area = storage();
  await keep(area, order("old", 1, 0));
  await keep(area, order("new", 1, 1));
  assert.deepEqual(await nonces(area, 9, 120_001), []);
  assert.deepEqual(area.keys(), ["handoff:new"]);
});

test("what is no order is dropped, what is not ours stays", async () => {
  const area = storage({ host: { history: [] }, "handoff:x": "text", "handoff:y": null });
  assert.deepEqual(await nonces(area, 1, 0), []);
  assert.deepEqual(area.keys(), ["host"]);
});
