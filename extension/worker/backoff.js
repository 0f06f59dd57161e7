// When the host may be started again: ever later after each failure, never more often than a machine bears.

/** The wait after the first failure, the second, ...; the last one holds for all that follow. */
const DELAYS = [500, 1000, 2000, 4000, 8000, 15_000];

/** A host that lived this long was well: the next failure counts as the first. */
const HEALTHY = 60_000;

const MINUTE = 60_000;
const STARTS_A_MINUTE = 6;

/**
 * What is remembered between starts. Times are milliseconds since the epoch.
 * @typedef {object} History
 * @property {number[]} starts When the host was started and failed or still runs, oldest first.
 * @property {number} failures How often in a row it failed.
 */

/** @type {History} */
export const NO_HISTORY = { starts: [], failures: 0 };

/**
 * @param {History} history
 * @param {number} now
 * @returns {History}
 */
export function started(history, now) {
  return { ...history, starts: [...history.starts, now].slice(-STARTS_A_MINUTE) };
}

/**
 * The host ended or could not be started.
 * @param {History} history
 * @param {number} now
 * @returns {History}
 */
export function failed(history, now) {
  const start = history.starts.at(-1) ?? now;
  return { ...history, failures: now - start >= HEALTHY ? 1 : history.failures + 1 };
}

/**
 * The port was closed on purpose: opening and closing the panel often is no reason to make the reader wait.
 * @param {History} history
 * @returns {History}
 */
export function closed(history) {
  return { starts: history.starts.slice(0, -1), failures: 0 };
}

/**
 * How long to wait before the host may be started because a panel was opened, in milliseconds.
 * @param {History} history
 * @param {number} now
 */
export function waitBeforeStart(history, now) {
  const recent = history.starts.filter((start) => start > now - MINUTE && start <= now);
  const oldest = recent.at(-STARTS_A_MINUTE);
  return oldest === undefined ? 0 : oldest + MINUTE - now;
}

/**
 * How long to wait before the host may be started again by itself, in milliseconds.
 * @param {History} history
 * @param {number} now
 */
export function waitBeforeRetry(history, now) {
  const index = Math.min(Math.max(history.failures, 1), DELAYS.length) - 1;
  return Math.max(DELAYS[index] ?? 0, waitBeforeStart(history, now));
}
