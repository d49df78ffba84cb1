// What is known of Streamlit's page, on a page that has it and on one that has it no more.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  isConnected,
  whenAnswered,
  whenConnectedAgain,
} from "../../../playground/ui/components/streamlit_page.js";

/** @type {Record<string, string>} */
let attributes = {};
/** @type {(() => void)[]} */
let changes = [];

const app = { getAttribute: (/** @type {string} */ name) => attributes[name] ?? null };

class Changes {
  /** @param {() => void} tell */
  constructor(tell) {
    this.tell = tell;
  }

  observe() {
    changes.push(this.tell);
  }
}

Object.assign(globalThis, {
  document: {
    querySelector: (/** @type {string} */ selector) => (selector.slice(1, -1) in attributes ? app : null),
  },
  MutationObserver: Changes,
});

/**
 * @param {string} name
 * @param {string} value
 */
function set(name, value) {
  attributes[name] = value;
  for (const tell of changes) tell();
}

beforeEach(() => {
  attributes = { "data-test-connection-state": "CONNECTED", "data-test-script-state": "running" };
  changes = [];
});

test("a page is connected while Streamlit says so", () => {
  assert.equal(isConnected(), true);
  set("data-test-connection-state", "PINGING_SERVER");
  assert.equal(isConnected(), false);
});

test("a connection is there again once it was lost", () => {
  let times = 0;
  whenConnectedAgain(() => (times += 1));
  set("data-test-connection-state", "CONNECTED");
  assert.equal(times, 0);
  for (const state of ["DISCONNECTED_FOREVER", "CONNECTING", "CONNECTED", "CONNECTED"]) {
    set("data-test-connection-state", state);
  }
  assert.equal(times, 1);
});

test("an answer is over when nothing runs", () => {
  let times = 0;
  assert.equal(
    whenAnswered(() => (times += 1)),
    true,
  );
  set("data-test-script-state", "running");
  assert.equal(times, 0);
  set("data-test-script-state", "notRunning");
  assert.equal(times, 1);
});

test("where nothing is known, a page counts as connected and nothing is waited for", () => {
  attributes = {};
  assert.equal(isConnected(), true);
  whenConnectedAgain(() => assert.fail("nobody knows"));
  assert.equal(
    whenAnswered(() => assert.fail("nobody knows")),
    false,
  );
  assert.equal(changes.length, 0);
});
