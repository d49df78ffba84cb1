// What is said of a run's progress.

import assert from "node:assert/strict";
import { test } from "node:test";

import { duration, epochSentence, progressOf } from "../../../playground/ui/components/progress.js";

const TEXT = {
  seconds: "{seconds} s",
  minutes: "{minutes} min {seconds} s",
  queued: "{ahead} ahead, {wait}",
  queued_next: "next in {wait}",
  queued_soon: "soon",
  gave_way: "gave way in {epoch}/{epochs}, {wait}",
  preparing: "preparing",
  running: "{epoch}/{epochs}, {elapsed}, {left} left",
  finished: "{done}/{epochs} in {elapsed}",
};
const RUN = { state: "running", position: 0, epochs: 5, seconds: 0, ahead: 0, wait: 0, gaveWay: false };

/** @param {Partial<typeof RUN>} changes */
const progress = (changes) => progressOf({ ...RUN, ...changes }, TEXT);

test("a run is in the epoch after those that are done, and the rest takes as long as those did", () => {
  const { words, done, isWaiting } = progress({ position: 2.5, seconds: 10 });
  assert.equal(words, "3/5, 10.0 s, 10.0 s left");
  assert.equal(done, 2.5);
  assert.equal(isWaiting, false);
});

test("at the end it is in the last epoch, not in one after it", () => {
  assert.equal(progress({ position: 5, seconds: 10 }).words, "5/5, 10.0 s, 0.0 s left");
  assert.equal(progress({ position: 9, seconds: 10 }).done, 5);
});

test("before its first point a run is prepared", () => {
  assert.deepEqual(progress({}), { words: "preparing", done: 0, isWaiting: true });
});

test("a queued run says its place and its wait", () => {
  const queued = { state: "queued", wait: 70 };
  assert.equal(progress({ ...queued, ahead: 3 }).words, "3 ahead, 1 min 10 s");
  assert.equal(progress(queued).words, "next in 1 min 10 s");
  assert.equal(progress({ state: "queued" }).words, "soon");
  assert(progress(queued).isWaiting);
});

test("a run that gave way stands where it was", () => {
  const { words, isWaiting } = progress({ state: "queued", position: 1.2, wait: 8, gaveWay: true });
  assert.deepEqual([words, isWaiting], ["gave way in 2/5, 8.0 s", false]);
});

test("what is done is said in whole epochs where it is whole", () => {
  assert.equal(progress({ state: "finished", position: 5, seconds: 61 }).words, "5/5 in 1 min 01 s");
  assert.equal(progress({ state: "finished", position: 2.44, seconds: 1 }).words, "2.4/5 in 1.0 s");
});

test("a state without words says nothing", () => {
  assert.equal(progress({ state: "empty" }).words, "");
});

test("a minute begins at sixty seconds", () => {
  assert.equal(duration(59.94, TEXT), "59.9 s");
  assert.equal(duration(119.6, TEXT), "2 min 00 s");
});

test("the end of an epoch is said in rounded numbers, and what is none is called so", () => {
  const words = "{epoch}/{epochs}: {loss}, {val_loss}, {val_accuracy}";
  const end = { epoch: 2, loss: 0.12345, val_loss: 0.5, val_accuracy: 0.8764 };
  assert.equal(epochSentence(end, 5, words), "2/5: 0.123, 0.500, 87.6%");
  const broken = { epoch: 2, loss: null, val_loss: null, val_accuracy: null };
  assert.equal(epochSentence(broken, 5, words), "2/5: NaN, NaN, NaN");
});
