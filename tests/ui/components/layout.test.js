// How the curves' figure fits the room there is.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fit, isZoomed, settingsOf } from "../../../playground/ui/components/layout.js";

/** @returns {any} */
const layout = () => ({
  font: { family: "serif", size: 15 },
  hoverlabel: { font: { family: "serif", size: 15 } },
  legend: { font: { size: 15 } },
  margin: { l: 60, r: 20, t: 5 },
  xaxis: { dtick: 2, tickfont: { size: 15 } },
  yaxis: { autorange: true, tickfont: { size: 15 } },
  yaxis2: { autorange: true, tickfont: { size: 15 } },
});
const ROOM = { width: 800, height: 400, epochs: 20, fontFamily: "Source Sans", isBare: false };

test("a figure takes the room's size and the page's font, and keeps the rest", () => {
  const fitted = layout();
  fit(fitted, ROOM);
  assert.deepEqual([fitted.width, fitted.height], [800, 400]);
  assert.deepEqual([fitted.font.family, fitted.hoverlabel.font.family], ["Source Sans", "Source Sans"]);
  assert.deepEqual([fitted.xaxis.dtick, fitted.font.size, fitted.margin], [2, 15, { l: 60, r: 20, t: 5 }]);
  assert(fitted.yaxis.autorange);
});

test("in a narrow room words are smaller, margins too, and ticks fewer where there are many", () => {
  const fitted = layout();
  fit(fitted, { ...ROOM, width: 419 });
  const sizes = [fitted, fitted.legend].map((part) => part.font.size);
  assert.deepEqual([...sizes, fitted.yaxis.tickfont.size, fitted.xaxis.dtick], [13, 13, 13, 4]);
  assert.deepEqual(fitted.margin, { l: 4, r: 8, t: 5 });
  const short = layout();
  fit(short, { ...ROOM, width: 419, epochs: 10 });
  assert.equal(short.xaxis.dtick, 2);
});

test("without a point the axes are said, since Plotly would make some up", () => {
  const fitted = layout();
  fit(fitted, { ...ROOM, isBare: true });
  assert.deepEqual([fitted.yaxis.range, fitted.yaxis.autorange], [[0, 2.5], false]);
  assert.deepEqual([fitted.yaxis2.range, fitted.yaxis2.autorange], [[0, 1], false]);
});

test("a reader has zoomed where the axis shows something else than it was given", () => {
  assert(isZoomed([0, 5], [1, 2]));
  assert(isZoomed([0, 5], [0, 4]));
  assert(isZoomed([0, 5], [1, 6]));
  assert(!isZoomed([0, 5], [0, 5]));
  assert(!isZoomed(null, [0, 5]));
  assert(!isZoomed([0, 5], null));
});

test("Plotly's own words are in the language of the page", () => {
  const settings = settingsOf("zh", { "Zoom in": "放大" });
  assert.deepEqual(settings.locales, { zh: { dictionary: { "Zoom in": "放大" }, format: {} } });
  assert.equal(settings.locale, "zh");
});
