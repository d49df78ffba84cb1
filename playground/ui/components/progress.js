// What is said of a run's progress: pure, values in, words out.

import { filled } from "./drawing.js";

/**
 * Words with places for values; `ui/components/curves.py` says which.
 * @typedef {Record<string, string> & {seconds: string, minutes: string}} ProgressTexts
 */

/**
 * @typedef {object} Progress
 * @property {string} state
 * @property {number} position Epochs trained so far, as in 2.4.
 * @property {number} epochs How many are trained in all.
 * @property {number} seconds Of training so far.
 * @property {number} ahead How many runs are in front of a queued one.
 * @property {number} wait Seconds until its turn.
 * @property {boolean} gaveWay Whether it waits for its next turn.
 */

/**
 * Returns how a run is going: in words, in epochs, and whether it waits for its first point.
 * @param {Progress} progress
 * @param {ProgressTexts} text
 */
export function progressOf({ state, position, epochs, seconds, ahead, wait, gaveWay }, text) {
  const done = Math.min(position, epochs);
  const isPreparing = state === "running" && done === 0;
  let words = text[state] ?? "";
  if (state === "queued" && !ahead) words = wait ? text.queued_next : text.queued_soon;
  if (state === "queued" && gaveWay) words = text.gave_way;
  if (isPreparing) words = text.preparing;
  words = filled(words, {
    ahead,
    wait: duration(wait, text),
    epoch: Math.min(Math.floor(done) + 1, epochs),
    epochs,
    done: Number.isInteger(done) ? done : done.toFixed(1),
    elapsed: duration(seconds, text),
    left: duration(done > 0 ? (seconds / done) * (epochs - done) : 0, text),
  });
  return { words, done, isWaiting: isPreparing || (state === "queued" && !gaveWay) };
}

/**
 * @param {number} seconds
 * @param {ProgressTexts} text
 */
export function duration(seconds, text) {
  if (seconds < 60) return filled(text.seconds, { seconds: seconds.toFixed(1) });
  const whole = Math.round(seconds);
  return filled(text.minutes, {
    minutes: Math.floor(whole / 60),
    seconds: String(whole % 60).padStart(2, "0"),
  });
}

/**
 * How an epoch ended; null where a value is not a number.
 * @typedef {object} EpochEnd
 * @property {number} epoch
 * @property {number | null} loss
 * @property {number | null} val_loss
 * @property {number | null} val_accuracy
 */

/**
 * Returns a sentence about the end of an epoch.
 * @param {EpochEnd} end
 * @param {number} epochs How many are trained in all.
 * @param {string} words With {epoch}, {epochs}, {loss}, {val_loss}, {val_accuracy}.
 */
export function epochSentence({ epoch, loss, val_loss, val_accuracy }, epochs, words) {
  return filled(words, {
    epoch,
    epochs,
    loss: fixed(loss, 3),
    val_loss: fixed(val_loss, 3),
    val_accuracy: val_accuracy === null ? "NaN" : `${fixed(100 * val_accuracy, 1)}%`,
  });
}

/**
 * @param {number | null} value
 * @param {number} digits
 */
function fixed(value, digits) {
  return value === null ? "NaN" : value.toFixed(digits);
}
