// When a page that Python draws has to be drawn anew.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isOutdated } from "../../../playground/ui/components/follow_runs.js";

const DRAWN = { state: "running", epochs: 2 };

test("a run that stands otherwise than it was drawn is drawn anew", () => {
  const state = { ahead: 0, wait: 0, gave_way: false };
  assert(isOutdated(DRAWN, { kind: "state", state: "finished", ...state }));
  assert(!isOutdated(DRAWN, { kind: "state", state: "running", ...state }));
});

test("so is one that has ended an epoch, not one in the middle of it", () => {
  assert(!isOutdated(DRAWN, { kind: "look", epochs: 2.9 }));
  assert(isOutdated(DRAWN, { kind: "look", epochs: 3 }));
});

test("so is one that began anew, was changed or has gone, and none for its points", () => {
  assert(isOutdated(DRAWN, { kind: "restart", generation: 1 }));
  assert(isOutdated(DRAWN, { kind: "changed" }));
  assert(isOutdated(DRAWN, { kind: "gone" }));
  assert(!isOutdated(DRAWN, { kind: "chunk", seq: 9, position: 2.5 }));
});
