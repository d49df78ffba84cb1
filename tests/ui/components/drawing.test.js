// What the drawn elements share: themes, colours, words, addresses.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  addressBeside,
  filled,
  partOf,
  recolored,
  themeUnder,
} from "../../../playground/ui/components/drawing.js";

test("a figure is copied in the theme's colours, wherever they stand in it", () => {
  const figure = { data: [{ line: { color: "#111" }, x: [1, null] }], names: ["#222", "loss"] };
  const dark = recolored(figure, { text: "#111", axis: "#222" }, { text: "#eee", axis: "#ddd" });
  assert.deepEqual(dark, { data: [{ line: { color: "#eee" }, x: [1, null] }], names: ["#ddd", "loss"] });
  assert.equal(figure.data[0].line.color, "#111", "Python's own stays as it came");
});

test("words are dark in the light theme and light in the dark one", () => {
  assert.equal(themeUnder("rgb(23, 32, 43)"), "light");
  assert.equal(themeUnder("rgba(230, 237, 243, 0.9)"), "dark");
  assert.equal(themeUnder("rgb(0, 255, 0)"), "dark", "green is seen brightest");
  assert.equal(themeUnder("rgb(0, 0, 255)"), "light");
});

test("values fill their places, zero among them; a place without one stays", () => {
  assert.equal(filled("epoch {epoch} of {epochs}", { epoch: 0, epochs: 5 }), "epoch 0 of 5");
  assert.equal(filled("{a} {b}", { a: "{b}" }), "{b} {b}");
  assert.equal(filled("50 % {left}", {}), "50 % {left}");
});

test("the app lives where its scripts come from, else at its base path", () => {
  const script = "https://school.example/proxy/app/static/js/main.js";
  const root = "https://school.example/base/";
  assert.equal(addressBeside(script, "live", root), "https://school.example/proxy/app/live");
  assert.equal(addressBeside("", "live", root), "https://school.example/base/live");
});

test("a part that is missing is named", () => {
  const empty = /** @type {ParentNode} */ (/** @type {unknown} */ ({ querySelector: () => null }));
  assert.throws(() => partOf(empty, ".curves-plot"), {
    message: "Expected .curves-plot in the element; its HTML has none.",
  });
});
