// When the host may be started again.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  NO_HISTORY, closed, failed, started, waitBeforeRetry, waitBeforeStart,
} from "../../extension/worker/backoff.js";

/** Starts a host again and again that lives for `life` each time; gives the waits in between. */
function waits(count, life) {
  let [history, now] = [NO_HISTORY, 1_000_000];
  return Array.from({ length: count }, () => {
    history = started(history, now);
    now += life;
    history = failed(history, now);
    const wait = waitBeforeRetry(history, now);
    now += wait;
    return wait;
  });
}

test("the wait grows with each failure, and a seventh start within a minute waits for its turn", () => {
  assert.deepEqual(waits(5, 0), [500, 1000, 2000, 4000, 8000]);
  assert.deepEqual(waits(6, 0).at(-1), 60_000 - 15_500);
});

test("never more than six starts fall into any minute", () => {
  for (const life of [0, 1, 700, 9_000, 59_999]) {
    let now = 0;
    const starts = [0, ...waits(60, life).map((wait) => (now += life + wait))];
    for (let index = 6; index < starts.length; index += 1) {
      assert.ok(starts[index] - starts[index - 6] >= 60_000, `life ${life}, start ${index}`);
    }
  }
});

test("a healthy minute makes the next failure the first", () => {
  assert.deepEqual(waits(4, 60_000), [500, 500, 500, 500]);
});

test("a port that was closed on purpose does not count", () => {
  let history = NO_HISTORY;
  for (let time = 0; time < 20; time += 1) {
    assert.equal(waitBeforeStart(history, time), 0);
    history = closed(started(history, time));
  }
});

test("a clock that was set back does not make the reader wait", () => {
  let history = NO_HISTORY;
  for (let time = 0; time < 6; time += 1) {
    history = started(history, 9_000_000 + time);
  }
  assert.equal(waitBeforeStart(history, 5), 0);
});
