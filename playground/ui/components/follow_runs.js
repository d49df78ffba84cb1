// Follows runs for a page that Python draws: draws nothing itself, and has the page drawn anew when one of
// them has ended an epoch or stands otherwise than was drawn; at most so often as it is told.

import { addressOf } from "./drawing.js";
import { CONNECTED, pageStream, socketAddress } from "./stream.js";

const followings = new WeakMap();

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!followings.has(parentElement)) followings.set(parentElement, new Following());
  const following = followings.get(parentElement);
  following.update(data, setStateValue, setTriggerValue);
  return () => setTimeout(() => parentElement.isConnected || following.end(), 0);
}

class Following {
  constructor() {
    /** @type {Map<string, () => void>} */
    this.unfollow = new Map(); // by run, what ends that it is followed
    this.drawnAt = 0;
  }

  update(data, setStateValue, setTriggerValue) {
    this.data = data;
    this.setStateValue = setStateValue;
    this.setTriggerValue = setTriggerValue;
    /** @type {Map<string, {state: string, epochs: number, generation: number}>} */
    this.drawn = new Map(data.runs.map((run) => [run.id, run]));
    this.drawnAt = performance.now();
    for (const run of [...this.unfollow.keys()]) if (!this.drawn.has(run)) this.leave(run);
    for (const run of this.drawn.keys()) if (!this.unfollow.has(run)) this.follow(run);
  }

  follow(run) {
    const { stream, base } = this.data;
    const unfollow = pageStream().follow(socketAddress(addressOf(stream, base)), {
      run,
      known: () => [null, this.drawn.get(run)?.generation ?? 0],
      receive: (message) => this.hear(run, message),
      failed: () => this.setStateValue("stream", "failed"),
      works: () => this.setStateValue("stream", "works"),
    });
    this.unfollow.set(run, unfollow);
  }

  leave(run) {
    this.unfollow.get(run)();
    this.unfollow.delete(run);
  }

  end() {
    clearTimeout(this.waiting);
    for (const run of [...this.unfollow.keys()]) this.leave(run);
  }

  hear(run, message) {
    const drawn = this.drawn.get(run);
    if (!drawn) return;
    switch (message.kind) {
      case "state":
        if (message.state !== drawn.state) this.redraw();
        break;
      case "look":
        if (Math.floor(message.epochs) > drawn.epochs) this.redraw();
        break;
      case "restart":
      case "changed":
      case "gone":
        this.redraw();
        break;
    }
  }

  // Has Python draw the page anew, once for all that changes meanwhile. Without a connection nobody would
  // hear it: once it is back, the frame asks for the same.
  redraw() {
    if (this.waiting) return;
    const wait = Math.max(0, this.drawnAt + this.data.pause - performance.now());
    this.waiting = setTimeout(() => {
      this.waiting = 0;
      if (document.querySelector(CONNECTED)) this.setTriggerValue("changed", true);
    }, wait);
  }
}
