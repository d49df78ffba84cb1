// One connection for all who show runs: what is asked for, in how many messages, and what a loss means.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Stream, socketAddress } from "../../../playground/ui/components/stream.js";

/** @import { Follower, Message } from "../../../playground/ui/components/stream.js" */

const ADDRESS = "ws://here/live";

// A websocket as the stream uses it; the test plays the server.
class Socket {
  constructor() {
    /** @type {number} */
    this.readyState = WebSocket.CONNECTING;
    /** @type {string[]} */
    this.sent = [];
    this.onopen = () => {};
    this.onclose = () => {};
    this.onmessage = (/** @type {{data: string}} */ _) => {};
  }

  /** @param {string} words */
  send(words) {
    this.sent.push(words);
  }

  close() {
    this.readyState = WebSocket.CLOSED; // that it is closed, a browser tells later
  }

  lose() {
    this.close();
    this.onclose();
  }

  accept() {
    this.readyState = WebSocket.OPEN;
    this.onopen();
  }

  /** What has been asked for, message by message. */
  get asked() {
    return this.sent.map((words) => JSON.parse(words).follow);
  }
}

/** @type {Socket[]} */
let sockets = [];
let isServerThere = true;
/** @type {Stream} */
let stream;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  sockets = [];
  isServerThere = true;
  const open = () => {
    sockets.push(new Socket());
    return /** @type {WebSocket} */ (/** @type {unknown} */ (sockets.at(-1)));
  };
  stream = new Stream(open, () => isServerThere);
});

/**
 * Returns somebody who shows a run, and what he was told.
 * @param {string} run
 * @param {[number | null, number]} known
 * @returns {Follower & {heard: (string | Message)[]}}
 */
function follower(run, known = [0, 0]) {
  /** @type {(string | Message)[]} */
  const heard = [];
  return {
    run,
    heard,
    known: () => known,
    receive: (message) => heard.push(message),
    opened: () => heard.push("opened"),
    failed: () => heard.push("failed"),
  };
}

/** @param {Follower[]} all */
function follow(...all) {
  const ends = all.map((one) => stream.follow(ADDRESS, one));
  mock.timers.tick(0);
  return ends;
}

function last() {
  const socket = sockets.at(-1);
  assert(socket);
  return socket;
}

test("who follows in one go opens one connection, and all is asked for in one message", () => {
  follow(follower("a", [3, 0]), follower("b", [null, 2]));
  last().accept();
  assert.equal(sockets.length, 1);
  assert.deepEqual(last().asked, [{ a: [3, 0, 1], b: [null, 2, 1] }]);
});

test("the first who follows does not wait for the others: what they want is said when the connection stands", () => {
  stream.follow(ADDRESS, follower("a"));
  assert.equal(sockets.length, 1);
  stream.follow(ADDRESS, follower("b"));
  last().accept();
  assert.equal(sockets.length, 1);
  assert.deepEqual(last().asked, [{ a: [0, 0, 1], b: [0, 0, 1] }]);
});

test("of two who follow one run, the one who knows less is asked for", () => {
  follow(follower("a", [7, 2]), follower("a", [4, 1]), follower("a", [null, 3]));
  assert.deepEqual(stream.wanted(), { a: [4, 1, 3] });
});

test("nobody's wish for events is lost beside one who wants none", () => {
  follow(follower("a", [null, 0]), follower("a", [5, 0]));
  assert.deepEqual(stream.wanted(), { a: [5, 0, 2] });
});

test("more followers are asked for over the same connection, in one message for all of them", () => {
  follow(follower("a"));
  last().accept();
  follow(follower("b"), follower("c"));
  assert.equal(sockets.length, 1);
  assert.deepEqual(last().asked.slice(1), [{ a: [0, 0, 1], b: [0, 0, 1], c: [0, 0, 1] }]);
});

test("a message goes to all who follow its run, and to nobody else", () => {
  const [one, two, other] = [follower("a"), follower("a"), follower("b")];
  follow(one, two, other);
  last().accept();
  const look = { kind: "snapshot", epochs: 1.5 };
  last().onmessage({ data: JSON.stringify([["a", look]]) });
  assert.deepEqual([one.heard, two.heard, other.heard], [["opened", look], ["opened", look], ["opened"]]);
});

test("one who leaves while a message is told does not keep it from the others", () => {
  const [one, two] = [follower("a"), follower("a")];
  const [leave] = follow(one, two);
  one.receive = () => leave();
  last().accept();
  last().onmessage({ data: JSON.stringify([["a", { kind: "changed" }]]) });
  assert.deepEqual(two.heard, ["opened", { kind: "changed" }]);
});

test("one who comes while a message is told is not told it", () => {
  const [one, late] = [follower("a"), follower("a")];
  follow(one);
  one.receive = () => stream.follow(ADDRESS, late);
  last().accept();
  last().onmessage({ data: JSON.stringify([["a", { kind: "changed" }]]) });
  assert.deepEqual(late.heard, []);
});

test("the connection lingers for a page that is drawn anew, then it is closed", () => {
  const [leave] = follow(follower("a"));
  last().accept();
  leave();
  mock.timers.tick(999);
  assert.equal(last().readyState, WebSocket.OPEN);
  mock.timers.tick(1);
  assert.equal(last().readyState, WebSocket.CLOSED);
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1, "nobody follows: nothing is opened again");
});

test("who follows again in time keeps the connection", () => {
  const [leave] = follow(follower("a"));
  last().accept();
  leave();
  mock.timers.tick(500);
  follow(follower("a"));
  mock.timers.tick(5000);
  assert.equal(sockets.length, 1);
  assert.equal(last().readyState, WebSocket.OPEN);
});

test("a connection that was closed is not missed once it tells that it is", () => {
  const [leave] = follow(follower("a"));
  last().accept();
  const closed = last();
  leave();
  mock.timers.tick(1000);
  follow(follower("a"));
  closed.onclose();
  last().accept();
  assert.equal(sockets.length, 2);
  assert.deepEqual(last().asked, [{ a: [0, 0, 2] }]);
});

test("a lost connection is opened again and asks for what is missing", () => {
  /** @type {[number, number]} */
  const known = [0, 0];
  const one = follower("a", known);
  follow(one);
  last().accept();
  known[0] = 12;
  last().lose();
  mock.timers.tick(1000);
  last().accept();
  assert.equal(sockets.length, 2);
  assert.deepEqual(last().asked, [{ a: [12, 0, 1] }]);
  assert.deepEqual(one.heard, ["opened", "opened"]);
});

test("a connection that cannot be had at all is given up at once, and tried again later", () => {
  const one = follower("a");
  follow(one);
  last().lose();
  assert.deepEqual(one.heard, ["failed"]);
  mock.timers.tick(30_000);
  last().lose();
  assert.deepEqual(one.heard, ["failed"], "it is said once");
  mock.timers.tick(30_000);
  last().accept();
  assert.deepEqual(one.heard, ["failed", "opened"]);
});

test("three losses in a row without a message between them are a failure", () => {
  const one = follower("a");
  follow(one);
  for (const pause of [1000, 2000]) {
    last().accept();
    last().lose();
    assert(!one.heard.includes("failed"));
    mock.timers.tick(pause);
  }
  last().accept();
  last().lose();
  assert.equal(one.heard.at(-1), "failed");
});

test("a message between losses ends the row", () => {
  const one = follower("a");
  follow(one);
  for (let loss = 0; loss < 5; loss += 1) {
    last().accept();
    last().onmessage({ data: "[]" });
    last().lose();
    mock.timers.tick(1000);
  }
  assert(!one.heard.includes("failed"));
  assert.equal(sockets.length, 6);
});

test("while the server is away, nothing is wrong with the connection", () => {
  const one = follower("a");
  isServerThere = false;
  follow(one);
  for (let loss = 0; loss < 5; loss += 1) {
    last().lose();
    mock.timers.tick(1000);
  }
  assert.deepEqual(one.heard, []);
  assert.equal(sockets.length, 6);
});

test("who follows after a failure is told of it", () => {
  follow(follower("a"));
  last().lose();
  const late = follower("b");
  follow(late);
  assert.deepEqual(late.heard, ["failed"]);
});

test("once all have left a connection that had failed, the next one tries anew", () => {
  const [leave] = follow(follower("a"));
  last().lose();
  leave();
  mock.timers.tick(1000);
  const next = follower("a");
  follow(next);
  last().accept();
  mock.timers.tick(30_000);
  assert.equal(sockets.length, 2);
  assert.deepEqual([next.heard, last().asked.length], [["opened"], 1]);
});

test("a websocket is at the place of the page's own address", () => {
  assert.equal(socketAddress("https://school.example/app/live"), "wss://school.example/app/live");
  assert.equal(socketAddress("http://127.0.0.1:8501/live"), "ws://127.0.0.1:8501/live");
});
