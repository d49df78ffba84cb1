// Where somebody writes, and which keys are those of buttons.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isLetter, isWrittenIn } from "../../../playground/ui/components/keys.js";

/**
 * @param {string} type
 * @param {string} inputMode
 * @param {string | null} expanded
 */
const input = (type, inputMode = "", expanded = null) => ({ type, inputMode, getAttribute: () => expanded });
const PRESS = { key: "t", ctrlKey: false, altKey: false, metaKey: false, isComposing: false };

test("nobody writes in a slider, a switch or a button", () => {
  for (const type of ["range", "checkbox", "radio", "submit"]) assert(!isWrittenIn(input(type)), type);
  for (const type of ["text", "number", "search"]) assert(isWrittenIn(input(type)), type);
});

test("a list without a search takes letters only while it is open", () => {
  assert(!isWrittenIn(input("text", "none", "false")));
  assert(isWrittenIn(input("text", "none", "true")));
});

test("a button's key is one letter, alone", () => {
  assert(isLetter(PRESS));
  assert(isLetter({ ...PRESS, key: "X" }));
  for (const key of ["Enter", "1", "é", ""]) assert(!isLetter({ ...PRESS, key }), key);
  for (const held of ["ctrlKey", "altKey", "metaKey", "isComposing"])
    assert(!isLetter({ ...PRESS, [held]: true }));
});
