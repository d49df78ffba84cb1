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
 * @property {number} spread Milliseconds over which the pages of a class are drawn.
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
    /** @type {Set<string>} */
    this.stands = new Set(); // of which runs the state has been told
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
      opened: () => {
        this.stands.delete(run); // the state is told anew
        this.sayStream(true);
      },
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
    this.stands.delete(run);
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
    if (!drawn) return;
    const isFirst = message.kind === "state" && !this.stands.has(run);
    if (message.kind === "state") this.stands.add(run);
    if (isNews(drawn, message, isFirst)) this.redraw();
  }

  // Has Python draw the page anew, once for all that changes meanwhile; the pages of a class not all at the
  // same time. Without a connection nobody would hear it: once it is back, the frame asks for the same.
  redraw() {
    if (this.waiting) return;
    const { pause, spread } = this.data;
    const wait = Math.max(this.drawnAt + pause - performance.now(), spread * Math.random());
    this.waiting = window.setTimeout(() => {
      this.waiting = 0;
      if (isConnected()) this.setTriggerValue("changed", true);
    }, wait);
  }
}

/**
 * Returns whether what is told of a run is not on the page as it is drawn. A state counts when it is the first
 * that is told: what changed before is told by nothing else, and what changes later as "changed", to the pages
 * of a class one after the other.
 * @param {DrawnRun} drawn
 * @param {Message} message
 * @param {boolean} isFirst Whether it is the first state that is told.
 */
export function isNews(drawn, message, isFirst) {
  switch (message.kind) {
    case "state":
      return isFirst && message.state !== drawn.state;
    case "snapshot":
      return Math.floor(message.epochs) > drawn.epochs;
    case "restart":
    case "changed":
    case "gone":
      return true;
    default: // an event, which nobody asked for
      return false;
  }
}
