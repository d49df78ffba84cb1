// What is known of Plotly's charts, on one that has it and on one that has it no more.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isDragged } from "../../../playground/ui/components/plotly_private.js";

/** @param {object} node */
const chart = (node) => /** @type {PlotlyNode<any>} */ (node);

test("a chart is dragged while Plotly says so", () => {
  assert.equal(isDragged(chart({ _dragging: true })), true);
  assert.equal(isDragged(chart({ _dragging: false })), false);
});

test("a chart of which nothing is known is drawn at any time", () => {
  assert.equal(isDragged(chart({})), false);
});
