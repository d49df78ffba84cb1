// One connection a page for all the runs that it shows, whoever shows them: a websocket, of which a browser
// opens hundreds. What draws a run follows it here and is told of it; what it knows already, it says.

import { isConnected } from "./streamlit_page.js";

const REOPEN_AFTER = 1000; // milliseconds until a lost connection is opened again, times the losses in a row
const MOST_LOSSES = 3;
const LATER = 30_000; // milliseconds until it is tried again where none can be had
const LINGERS = 1000; // milliseconds for which a connection stays that nobody needs: a page is drawn anew

/** @import { RunEvent } from "./line.js" */

/**
 * What is told of a run, as `ui/live/feed.py` writes it: an event, or one of these.
 * @typedef {RunEvent
 *   | {kind: "state", state: string, ahead: number, wait: number, gave_way: boolean}
 *   | {kind: "restart", generation: number}
 *   | {kind: "snapshot", epochs: number}
 *   | {kind: "changed" | "gone"}} Message
 */

/**
 * Somebody who shows a run.
 * @typedef {object} Follower
 * @property {string} run The run's id.
 * @property {() => [number | null, number]} known How many of its events are known, null where none are
 *   wanted, and how often it had begun anew by then.
 * @property {(message: Message) => void} receive Takes what is told of the run.
 * @property {() => void} [opened] Is told that all is told anew that is no event.
 * @property {() => void} [failed] Is told that no connection can be had.
 */

export class Stream {
  /**
   * @param {(address: string) => WebSocket} [open] Opens a websocket.
   * @param {() => boolean} [isServerThere] Whether Streamlit's own connection stands.
   */
  constructor(open = (address) => new WebSocket(address), isServerThere = isConnected) {
    this.openSocket = open;
    this.isServerThere = isServerThere;
    /** @type {Set<Follower>} */
    this.followers = new Set();
    /** @type {Map<string, number>} */
    this.asked = new Map(); // by run, how often somebody has asked for its events from some number on
    /** @type {WebSocket | null} */
    this.socket = null;
    this.address = "";
    this.losses = 0;
    this.wasOpen = false;
    this.hasFailed = false;
  }

  /**
   * Tells a follower of its run until the function that comes back is called.
   * @param {string} address Of the websocket.
   * @param {Follower} follower
   */
  follow(address, follower) {
    this.address = address;
    this.followers.add(follower);
    this.asked.set(follower.run, (this.asked.get(follower.run) ?? 0) + 1);
    if (this.hasFailed) follower.failed?.();
    else this.saySoon();
    return () => {
      if (this.followers.delete(follower)) this.saySoon();
    };
  }

  // What several say in one go is said together. A connection is opened at once, and they are heard when it
  // stands.
  saySoon() {
    clearTimeout(this.saying);
    if (this.followers.size > 0 && this.socket === null) {
      this.open();
      return;
    }
    const wait = this.followers.size === 0 ? LINGERS : 0;
    this.saying = setTimeout(() => this.say(), wait);
  }

  say() {
    if (this.followers.size === 0) {
      this.close();
    } else if (this.socket === null) {
      this.open();
    } else if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ follow: this.wanted() }));
    }
  }

  /** By run, from which event on it has to be told, of which restart, and how often that was asked. */
  wanted() {
    /** @type {Record<string, [number | null, number, number]>} */
    const wanted = {};
    for (const { run, known } of this.followers) {
      const [after, restarts] = known();
      const [before, others] = wanted[run] ?? [null, restarts];
      const least = before === null || after === null ? (before ?? after) : Math.min(before, after);
      wanted[run] = [least, Math.min(others, restarts), this.asked.get(run) ?? 0];
    }
    return wanted;
  }

  open() {
    const socket = this.openSocket(this.address);
    this.socket = socket;
    socket.onopen = () => {
      this.wasOpen = true;
      this.hasFailed = false;
      for (const follower of this.followers) follower.opened?.();
      this.say();
    };
    socket.onmessage = ({ data }) => {
      this.losses = 0;
      for (const [run, message] of JSON.parse(data)) this.tell(run, message);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lose();
    };
  }

  /**
   * @param {string} run
   * @param {Message} message
   */
  tell(run, message) {
    for (const follower of [...this.followers]) if (follower.run === run) follower.receive(message);
  }

  // While the server itself is away, nothing is wrong with the connection: it comes back with the server.
  lose() {
    this.socket = null;
    const isAway = !this.isServerThere();
    if (!isAway) this.losses += 1;
    if (!isAway && (!this.wasOpen || this.losses >= MOST_LOSSES)) {
      if (!this.hasFailed) for (const follower of [...this.followers]) follower.failed?.();
      this.hasFailed = true;
      this.again = setTimeout(() => this.say(), LATER);
      return;
    }
    this.again = setTimeout(() => this.say(), REOPEN_AFTER * Math.max(1, this.losses));
  }

  // Who follows next tries anew, whatever went wrong before.
  close() {
    clearTimeout(this.again);
    this.hasFailed = false;
    this.losses = 0;
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }
}

/**
 * The page's one stream, whichever element asks for it first.
 * @returns {Stream}
 */
export function pageStream() {
  window.playgroundStream ??= new Stream();
  return window.playgroundStream;
}

/**
 * The address of a websocket at the place of an address of the web.
 * @param {string} address
 */
export function socketAddress(address) {
  return address.replace(/^http/, "ws");
}
