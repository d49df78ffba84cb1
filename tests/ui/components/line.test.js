// What is known of a run's points, whether Python sent them or the stream told them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Line, pointsOf } from "../../../playground/ui/components/line.js";

/** @import { RunEvent, Series } from "../../../playground/ui/components/line.js" */

/** @type {Series} */
const TRAINING = { run: "a", series: "training", metric: "loss" };
/** @type {Series} */
const TEST = { run: "a", series: "test", metric: "loss" };
/** @type {Series} */
const END = { run: "a", series: "end", metric: "loss" };

/**
 * @param {number} seq
 * @param {number} position
 * @param {number} loss
 * @returns {RunEvent}
 */
const chunk = (seq, position, loss) => ({ seq, kind: "chunk", position, loss, accuracy: 0.5 });

/**
 * @param {number} seq
 * @param {number} number
 * @param {number | null} loss
 * @returns {RunEvent}
 */
const epoch = (seq, number, loss) => ({ seq, kind: "epoch", epoch: number, loss: 0.1, val_loss: loss });

test("points that Python sent and points of the stream follow each other", () => {
  const line = new Line("a", 0);
  assert(line.take({ generation: 0, seq: 2 }, [{ meta: TRAINING, x: [0.1, 0.2], y: [2, 1] }]));
  assert(line.hear(chunk(3, 0.3, 0.9)));
  assert.deepEqual(line.points(TRAINING), { x: [0.1, 0.2, 0.3], y: [2, 1, 0.9] });
});

test("an event that comes by both ways is one point", () => {
  const line = new Line("a", 0);
  line.hear(chunk(1, 0.1, 2));
  assert(!line.hear(chunk(1, 0.1, 2)));
  assert(!line.take({ generation: 0, seq: 1 }, [{ meta: TRAINING, x: [0.1], y: [2] }]));
  assert.deepEqual(line.points(TRAINING), { x: [0.1], y: [2] });
});

test("a drawing that began before the stream told more takes nothing away", () => {
  const line = new Line("a", 0);
  for (const seq of [1, 2, 3]) line.hear(chunk(seq, seq / 10, seq));
  assert(!line.take({ generation: 0, seq: 2 }, [{ meta: TRAINING, x: [0.1, 0.2], y: [1, 2] }]));
  assert(!line.take({ generation: 0, seq: 1 }, [{ meta: TRAINING, x: [0.1], y: [1] }]), "an older one still");
  assert.deepEqual(line.points(TRAINING).x, [0.1, 0.2, 0.3]);
});

test("what was drawn before the run began anew is not taken", () => {
  const line = new Line("a", 1);
  assert(!line.take({ generation: 0, seq: 9 }, [{ meta: TRAINING, x: [0.9], y: [1] }]));
  assert.deepEqual(line.points(TRAINING), { x: [], y: [] });
});

test("another run's points are not this one's", () => {
  const line = new Line("a", 0);
  line.take({ generation: 0, seq: 1 }, [{ meta: { ...TRAINING, run: "b" }, x: [0.1], y: [1] }]);
  assert.deepEqual(line.points(TRAINING), { x: [], y: [] });
});

test("what is not drawn yet is handed out once", () => {
  const line = new Line("a", 0);
  line.hear(chunk(1, 0.1, 2));
  assert.deepEqual(line.drawAll().length, 1);
  assert.deepEqual(line.drawAll(), []);
});

test("each event belongs to its series; the untrained network's is not drawn", () => {
  const events = [epoch(1, 0, 2.3), chunk(2, 0.5, 0.9), epoch(3, 1, 0.6), epoch(4, 2, null)];
  assert.deepEqual(pointsOf(events, TRAINING), { x: [0.5], y: [0.9] });
  assert.deepEqual(pointsOf(events, TEST), { x: [1, 2], y: [0.6, null] });
  assert.deepEqual(pointsOf(events, { ...TEST, series: "training_epoch" }), { x: [1, 2], y: [0.1, 0.1] });
  assert.deepEqual(pointsOf(events, END), { x: [2], y: [null] });
});

test("the end of a line is its last point, from whichever way it came", () => {
  const line = new Line("a", 0);
  line.take({ generation: 0, seq: 1 }, [{ meta: END, x: [1], y: [0.6] }]);
  assert.deepEqual(line.points(END), { x: [1], y: [0.6] });
  line.hear(epoch(2, 2, 0.5));
  assert.deepEqual(line.points(END), { x: [2], y: [0.5] });
});

test("an event without a point is no news: neither the untrained network nor a changed rate", () => {
  const line = new Line("a", 0);
  line.hear({ seq: 1, kind: "epoch", epoch: 0, val_loss: 2.3, val_accuracy: 0.1 });
  line.hear({ seq: 2, kind: "rate", position: 0.1 });
  assert.equal(line.hasNews, false);
  line.hear({ seq: 3, kind: "chunk", position: 0.2, loss: 1, accuracy: 0.5 });
  assert.equal(line.hasNews, true);
  line.drawAll();
  assert.equal(line.hasNews, false);
  line.hear({ seq: 4, kind: "epoch", epoch: 1, val_loss: 1, val_accuracy: 0.5 });
  assert.equal(line.hasNews, true);
});
