// Follows runs for a page that Python draws: draws nothing itself, and has the page drawn anew when one of
// them has ended an epoch or stands otherwise than was drawn; at most so often as it is told.

import { addressOf } from "./drawing.js";
import { pageStream, socketAddress } from "./stream.js";
import { isConnected } from "./streamlit_page.js";

/** @import { Message } from "./stream.js" */

/**
 * A run as Python has drawn it.
 * @typedef {{id: string, state: string, epochs: number, generation: number}} DrawnRun
 */

/**
 * What Python sends.
 * @typedef {object} FollowData
 * @property {DrawnRun[]} runs
 * @property {number} pause Milliseconds from one drawing to the next, at least.
 * @property {string} stream Where the page's runs are told of, relative to `base`.
 * @property {string} base
 */

/** @type {WeakMap<HTMLElement, Following>} */
const followings = new WeakMap();

/** @param {FrontendRendererArgs<FollowData>} args */
export default function (args) {
  const { parentElement } = args;
  const following = followings.get(parentElement) ?? new Following(args);
  followings.set(parentElement, following);
  following.update(args);
  return () => setTimeout(() => parentElement.isConnected || following.end(), 0);
}

class Following {
  /** @param {FrontendRendererArgs<FollowData>} args */
  constructor({ data, setStateValue, setTriggerValue }) {
    this.data = data;
    this.setStateValue = setStateValue;
    this.setTriggerValue = setTriggerValue;
    /** @type {Map<string, () => void>} */
    this.unfollow = new Map(); // by run, what ends that it is followed
    /** @type {Map<string, DrawnRun>} */
    this.drawn = new Map();
    this.drawnAt = 0;
    this.hasFailed = false;
    this.waiting = 0;
  }

  /** @param {FrontendRendererArgs<FollowData>} args */
  update({ data, setStateValue, setTriggerValue }) {
    this.data = data;
    this.setStateValue = setStateValue;
    this.setTriggerValue = setTriggerValue;
    this.drawn = new Map(data.runs.map((run) => [run.id, run]));
    this.drawnAt = performance.now();
    for (const run of [...this.unfollow.keys()]) if (!this.drawn.has(run)) this.leave(run);
    for (const run of this.drawn.keys()) if (!this.unfollow.has(run)) this.follow(run);
  }

  /** @param {string} run */
  follow(run) {
    const { stream, base } = this.data;
    const unfollow = pageStream().follow(socketAddress(addressOf(stream, base)), {
      run,
      known: () => [null, this.drawn.get(run)?.generation ?? 0],
      receive: (message) => this.hear(run, message),
      opened: () => this.sayStream(true),
      failed: () => this.sayStream(false),
    });
    this.unfollow.set(run, unfollow);
  }

  /** @param {boolean} works */
  sayStream(works) {
    if (works !== this.hasFailed) return;
    this.hasFailed = !works;
    this.setStateValue("stream", works ? "works" : "failed");
  }

  /** @param {string} run */
  leave(run) {
    this.unfollow.get(run)?.();
    this.unfollow.delete(run);
  }

  end() {
    clearTimeout(this.waiting);
    for (const run of [...this.unfollow.keys()]) this.leave(run);
  }

  /**
   * @param {string} run
   * @param {Message} message
   */
  hear(run, message) {
    const drawn = this.drawn.get(run);
    if (drawn && isOutdated(drawn, message)) this.redraw();
  }

  // Has Python draw the page anew, once for all that changes meanwhile. Without a connection nobody would
  // hear it: once it is back, the frame asks for the same.
  redraw() {
    if (this.waiting) return;
    const wait = Math.max(0, this.drawnAt + this.data.pause - performance.now());
    this.waiting = window.setTimeout(() => {
      this.waiting = 0;
      if (isConnected()) this.setTriggerValue("changed", true);
    }, wait);
  }
}

/**
 * Returns whether a run is otherwise than it was drawn, by what is told of it.
 * @param {Pick<DrawnRun, "state" | "epochs">} drawn
 * @param {Message} message
 */
export function isOutdated(drawn, message) {
  switch (message.kind) {
    case "state":
      return message.state !== drawn.state;
    case "look":
      return Math.floor(message.epochs) > drawn.epochs;
    case "restart":
    case "changed":
    case "gone":
      return true;
    default: // points, which such a page does not draw
      return false;
  }
}
