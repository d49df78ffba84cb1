// Who goes back stays there: which addresses are written.

import assert from "node:assert/strict";
import { test } from "node:test";

import { WayBack, withPath } from "../../../playground/ui/components/ways.js";

test("addresses are written as asked while nobody has gone back", () => {
  const way = new WayBack();
  assert.equal(way.write("/lessons"), "as asked");
  assert.equal(way.rest(), false);
});

test("after going back the page's own address is written in place of the present one", () => {
  const way = new WayBack();
  way.goBack("/");
  assert.equal(way.write("/"), "in place");
  assert.equal(way.rest(), false);
});

test("an answer that leads to another page writes nothing until it is over; then the page is asked for", () => {
  const way = new WayBack();
  way.goBack("/");
  assert.equal(way.write("/lessons"), "not");
  way.press();
  assert.equal(way.write("/lessons"), "not", "a press does not hurry the answer");
  assert.equal(way.rest(), true);
  assert.equal(way.write("/"), "in place");
  assert.equal(way.rest(), false, "once");
});

test("a press opens the way to other pages", () => {
  const way = new WayBack();
  way.goBack("/");
  way.press();
  assert.equal(way.write("/lessons"), "as asked");
});

test("a link to the main page gets a path, which a new tab needs", () => {
  assert.equal(withPath("?dataset=mnist"), "./?dataset=mnist");
  assert.equal(withPath(""), "./");
  assert.equal(withPath("lessons?lesson=x"), "lessons?lesson=x");
});
