// Streamlit's words in the page's language.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Phrases } from "../../../playground/ui/components/phrases.js";

const CHINESE = new Phrases({
  Open: "打开",
  "Help for {name}": "{name}的说明",
  "Error: enter a value between {low} and {high}.": "错误：请输入 {low} 到 {high} 之间的值。",
});

test("whole texts are translated, and values keep their places", () => {
  assert.equal(CHINESE.translated("Open"), "打开");
  assert.equal(CHINESE.translated("Help for Learning rate (log)"), "Learning rate (log)的说明");
  assert.equal(
    CHINESE.translated("Error: enter a value between 1 and 10."),
    "错误：请输入 1 到 10 之间的值。",
  );
});

test("what only begins or ends like one of Streamlit's texts stays", () => {
  assert.equal(CHINESE.translated("Open the box"), "Open the box");
  assert.equal(CHINESE.translated("Help for "), "Help for ");
  assert.equal(CHINESE.translated("More Help for A"), "More Help for A");
  assert.equal(
    CHINESE.translated("Error: enter a value between 1 and 10. Thanks"),
    "Error: enter a value between 1 and 10. Thanks",
  );
  assert.equal(
    CHINESE.translated("Error: enter a value between 1 and 10!"),
    "Error: enter a value between 1 and 10!",
  );
});

test("signs of a text are those signs and nothing else", () => {
  const words = new Phrases({ "Close (Esc)? {name}": "关闭 {name}" });
  assert.equal(words.translated("Close (Esc)? box"), "关闭 box");
  assert.equal(words.translated("Clos Esc box"), "Clos Esc box");
});

test("in another language the words come from Streamlit's, not from ours before", () => {
  const first = CHINESE.spoken("Open");
  assert.deepEqual(first, ["Open", "打开"]);
  const english = new Phrases({ Open: "Open" });
  assert.deepEqual(english.spoken("打开", first), ["Open", "Open"]);
});

test("what Streamlit has written anew counts", () => {
  assert.deepEqual(CHINESE.spoken("Help for A", ["Open", "打开"]), ["Help for A", "A的说明"]);
});
