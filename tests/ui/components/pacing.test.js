// Drawings rest in proportion to what they cost, and nothing asked for is lost.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { PacedDrawing } from "../../../playground/ui/components/pacing.js";

const FRAME = 16; // milliseconds

let now = 0;
/** @type {Map<number, {at: number, call: () => void}>} */
let waiting = new Map();
let number = 0;

/**
 * @param {number} at
 * @param {() => void} call
 */
function later(at, call) {
  number += 1;
  waiting.set(number, { at, call });
  return number;
}

/** @param {number} id */
function never(id) {
  waiting.delete(id);
}

Object.defineProperty(performance, "now", { value: () => now });
Object.assign(globalThis, {
  setTimeout: (/** @type {() => void} */ call, /** @type {number} */ delay) => later(now + delay, call),
  clearTimeout: never,
  requestAnimationFrame: (/** @type {() => void} */ call) => later(FRAME * Math.floor(now / FRAME + 1), call),
  cancelAnimationFrame: never,
});

/** @param {number} until */
function pass(until) {
  for (;;) {
    const [first] = [...waiting].sort(([, one], [, other]) => one.at - other.at);
    if (!first || first[1].at > until) break;
    const [id, { at, call }] = first;
    waiting.delete(id);
    now = Math.max(now, at);
    call();
  }
  now = Math.max(now, until);
}

/**
 * Returns when drawings that take so long began, and what draws them.
 * @param {number} cost Milliseconds.
 * @param {() => boolean} isLeft
 */
function drawing(cost, isLeft = () => false) {
  /** @type {number[]} */
  const began = [];
  const paced = new PacedDrawing(() => {
    began.push(now);
    now += cost;
    return isLeft();
  });
  return { began, paced };
}

beforeEach(() => {
  now = 1000;
  waiting = new Map();
});

test("the first is drawn at the next frame, however often it was asked for", () => {
  const { began, paced } = drawing(30);
  for (let times = 0; times < 5; times += 1) paced.ask();
  pass(5000);
  assert.deepEqual(began, [1008]);
});

test("what is asked for while it rests is drawn once the rest is over", () => {
  const { began, paced } = drawing(30);
  paced.ask();
  pass(1040);
  paced.ask();
  paced.ask();
  pass(5000);
  assert.deepEqual(began, [1008, 1168]); // 30 ms of drawing, 120 of rest, the next frame
});

test("after a long pause it draws at once again", () => {
  const { began, paced } = drawing(30);
  paced.ask();
  pass(2000);
  paced.ask();
  pass(3000);
  assert.deepEqual(began, [1008, 2000 + FRAME - (2000 % FRAME)]);
});

test("asked without end it takes a fifth of the time, and less than every frame if it costs nearly nothing", () => {
  for (const [cost, most] of [
    [20, 100],
    [1, 16],
  ]) {
    const { began, paced } = drawing(cost, () => true);
    paced.ask();
    pass(now + 2000);
    paced.cancel();
    const pauses = began.slice(1).map((at, index) => at - (began[index] ?? 0));
    assert.ok(pauses.every((pause) => pause >= 5 * cost));
    assert.ok(Math.min(...pauses) <= most + FRAME);
  }
});

test("no rest is longer than 400 milliseconds", () => {
  const { began, paced } = drawing(800, () => true);
  paced.ask();
  pass(4000);
  assert.ok(began.length >= 2 && (began[1] ?? 0) - (began[0] ?? 0) <= 1200 + FRAME);
});

test("what is cancelled is not drawn, and can be asked for anew", () => {
  const { began, paced } = drawing(30);
  paced.ask();
  paced.cancel();
  pass(2000);
  assert.deepEqual(began, []);
  paced.ask();
  pass(2100);
  paced.ask();
  paced.cancel(); // while it rests
  pass(3000);
  assert.equal(began.length, 1);
});

test("the last drawing does not wait for a rest, and none follows it", () => {
  const { began, paced } = drawing(30);
  paced.ask();
  pass(1040);
  paced.ask(); // while it rests
  paced.finish();
  pass(3000);
  assert.deepEqual(began, [1008, 1040]);
});
