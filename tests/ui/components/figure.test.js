// What Plotly has to add to the curves.

import assert from "node:assert/strict";
import { test } from "node:test";

import { extensionOf } from "../../../playground/ui/components/figure.js";

/** @import { RunEvent, Series } from "../../../playground/ui/components/line.js" */

/**
 * @param {string} run
 * @param {Series["series"]} series
 * @returns {{meta: Series}}
 */
const trace = (run, series) => ({ meta: { run, series, metric: "loss" } });
const DRAWN = [trace("a", "training"), trace("a", "test"), trace("b", "test"), trace("b", "end")];

/**
 * @param {number} seq
 * @param {number} number
 * @returns {RunEvent}
 */
const epoch = (seq, number) => ({ seq, kind: "epoch", epoch: number, loss: 1, val_loss: number / 10 });

test("each point is added to the trace of its run and series, in order", () => {
  /** @type {RunEvent[]} */
  const news = [{ seq: 1, kind: "chunk", position: 0.5, loss: 2 }, epoch(2, 1)];
  assert.deepEqual(extensionOf(DRAWN, new Map([["a", news]])), {
    traces: [0, 1],
    added: { x: [[0.5], [1]], y: [[2], [0.1]] },
    most: { x: [-1, -1], y: [-1, -1] },
  });
});

test("a run's number moves along with its last point", () => {
  assert.deepEqual(extensionOf(DRAWN, new Map([["b", [epoch(1, 1), epoch(2, 2)]]])), {
    traces: [2, 3],
    added: { x: [[1, 2], [2]], y: [[0.1, 0.2], [0.2]] },
    most: { x: [-1, 1], y: [-1, 1] },
  });
});

test("where nothing has come, there is nothing to add", () => {
  const { traces } = extensionOf(DRAWN, new Map([["c", [epoch(1, 1)]]]));
  assert.deepEqual(traces, []);
});
