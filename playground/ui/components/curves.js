// The live learning curves: one Plotly figure that grows in place, with its progress above. One run is told
// of in full, others lie thinner behind it.
// Python sends what is known at a rerun; between reruns the page's stream adds points.
// Both are merged by the events' numbers, so a point is drawn once, whichever way it came first.

import { addressOf, loadScript, partOf, whenPrinted, write } from "./drawing.js";
import { Figure } from "./figure.js";
import { Line } from "./line.js";
import { PacedDrawing } from "./pacing.js";
import { epochSentence, progressOf } from "./progress.js";
import { pageStream, socketAddress } from "./stream.js";
import { isConnected } from "./streamlit_page.js";

const OVER = new Set(["finished", "stopped", "diverged", "failed", "recorded", "empty"]);
const QUIET = 2000; // milliseconds between two spoken sentences
const BEGINNING = 150; // milliseconds for which a run is waited for to begin, to be drawn with its first point
const FIRST_POINT = 400; // the same for the point, once the run has begun

/** @import { Trace } from "./figure.js" */
/** @import { RunEvent } from "./line.js" */
/** @import { EpochEnd, ProgressTexts } from "./progress.js" */
/** @import { Message } from "./stream.js" */

/**
 * A run that lies beside the one that is shown.
 * @typedef {object} Beside
 * @property {string} run
 * @property {number} generation How often it has begun anew.
 * @property {number} seq Of the last event that Python knows.
 * @property {string} state
 */

/**
 * What Python sends.
 * @typedef {object} CurvesData
 * @property {string | null} run The one that is shown.
 * @property {number} generation
 * @property {number} seq
 * @property {string} state
 * @property {number} ahead
 * @property {number} wait
 * @property {boolean} gave_way
 * @property {number} epochs
 * @property {number} position
 * @property {number | null} seconds
 * @property {EpochEnd | null} last_epoch
 * @property {Beside[]} beside
 * @property {PlotlyFigure<Trace>} figure In the light theme's colours.
 * @property {Palettes} palettes
 * @property {string} base
 * @property {string | null} plotly Where Plotly's code is, relative to `base`; null once it could not be had.
 * @property {string | null} stream Where runs are told of, likewise.
 * @property {boolean} fed Whether the page is drawn again and again because the stream could not be had.
 * @property {number} height CSS pixels.
 * @property {string} locale
 * @property {CurvesTexts} text
 */

/** @typedef {ProgressTexts & {modebar: Record<string, string>}} CurvesTexts */

/** @type {WeakMap<HTMLElement, Curves>} */
const elements = new WeakMap();

/** @param {FrontendRendererArgs<CurvesData>} args */
export default function (args) {
  const root = partOf(args.parentElement, ".curves");
  const curves = elements.get(root) ?? new Curves(root, args);
  elements.set(root, curves);
  curves.update(args);
  return () => curves.release();
}

class Curves {
  /**
   * @param {HTMLElement} root
   * @param {FrontendRendererArgs<CurvesData>} args
   */
  constructor(root, args) {
    this.root = root;
    this.figure = new Figure(root);
    this.data = args.data;
    this.setStateValue = args.setStateValue;
    this.setTriggerValue = args.setTriggerValue;
    /** @type {string | null | undefined} */
    this.run = undefined; // the one that is shown
    this.state = "empty";
    this.ahead = 0;
    this.wait = 0;
    this.gaveWay = false;
    /** @type {Map<string, Line>} */
    this.lines = new Map(); // by run, of all that are drawn
    /** @type {Map<string, () => void>} */
    this.followed = new Map(); // by run, what ends that it is followed
    this.position = 0;
    this.seconds = 0;
    /** @type {string | null} */
    this.streamed = null; // the state that the stream has told
    this.isFed = false; // whether the page is drawn again and again because the stream cannot be had
    this.spoken = 0; // the epoch whose end was said last
    this.quietUntil = 0;
    this.isGone = false;
    this.growing = new PacedDrawing(() => this.flush());
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.awaiting = undefined; // the first point
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.figure.plot);
    this.stayOnScreen = whenPrinted(() => this.paint());
  }

  // --- what Python sends -------------------------------------------------------------------------

  /** @param {FrontendRendererArgs<CurvesData>} args */
  update({ data, setStateValue, setTriggerValue }) {
    this.setStateValue = setStateValue;
    this.setTriggerValue = setTriggerValue;
    const other = data.run !== this.run;
    if (other) this.forget();
    this.run = data.run;
    if (this.data.locale !== data.locale) partOf(this.root, ".curves-said").textContent = ""; // in another language
    const moved = !other && this.data.fed && data.state !== this.data.state;
    if (moved) setTriggerValue("changed", { run: data.run, state: data.state });
    this.data = data;
    this.isFed = data.fed;
    this.takeLines(data, other);
    this.state = this.streamed === null || OVER.has(data.state) ? data.state : this.streamed;
    this.ahead = data.ahead;
    this.wait = data.wait;
    this.gaveWay = data.gave_way;
    if (other) this.spoken = data.last_epoch?.epoch ?? 0;
    else if (data.last_epoch) this.speak(data.last_epoch);

    this.root.style.setProperty("--curves-height", `${data.height}px`);
    this.writeProgress();
    this.connect();
    if (other) this.stopAwaiting();
    const hasBegun = this.position > 0 || !this.followed.has(this.run ?? "");
    if (other && this.figure.isDrawn && !hasBegun) {
      this.root.dataset.points = "0"; // none of its own
      this.awaitPoint(BEGINNING);
    }
    // Without Plotly's file, Streamlit's own chart stands below and this element tells the progress.
    partOf(this.root, ".curves-stage").hidden = !data.plotly;
    if (!data.plotly) return;
    loadScript(addressOf(data.plotly, data.base)).then(
      () => this.paint(),
      () => {
        this.figure.showEmpty(data.text.no_chart);
        this.setStateValue("chart", "failed");
      },
    );
  }

  /**
   * Takes what Python knows of each run's points. What the stream has told is newer than a rerun that began
   * before it.
   * @param {CurvesData} data
   * @param {boolean} other Whether another run is shown than before.
   */
  takeLines(data, other) {
    const all = [{ ...data, run: data.run ?? "" }, ...data.beside];
    const runs = new Set(all.map(({ run }) => run));
    for (const run of [...this.lines.keys()]) if (!runs.has(run)) this.lines.delete(run);
    for (const known of all) {
      const before = this.lines.get(known.run);
      const isNew = !before || known.generation > before.generation;
      const line = isNew ? new Line(known.run, known.generation) : before;
      this.lines.set(known.run, line);
      line.state = known.state;
      const isNewer = line.take(known, data.figure.data) || isNew;
      if (isNewer) this.figure.isStale = true;
      if (line === this.line && (isNewer || other)) {
        this.position = data.position;
        this.seconds = data.seconds ?? 0;
        if (isNew) this.spoken = 0;
      }
    }
  }

  get line() {
    return this.lines.get(this.run ?? "");
  }

  // What is told of the run before is not this one's.
  forget() {
    this.position = 0;
    this.seconds = 0;
    this.streamed = null;
    this.spoken = 0;
    this.figure.isStale = true;
  }

  // Streamlit also calls this when a rerun overtakes one that was still being set up; only an
  // element that has left the page is taken apart.
  release() {
    const leave = () => {
      if (!this.root.isConnected) this.destroy();
    };
    if (this.root.isConnected) setTimeout(leave, 0);
    else leave();
  }

  destroy() {
    this.leave();
    this.sizes.disconnect();
    this.stayOnScreen();
    clearTimeout(this.speech);
    this.stopAwaiting();
    this.growing.cancel();
    this.figure.destroy();
    this.isGone = true;
    elements.delete(this.root);
  }

  // --- the stream --------------------------------------------------------------------------------

  // Follows all runs that may have more to tell, and no others.
  connect() {
    const { stream, base, beside } = this.data;
    const all = [{ run: this.run, state: this.state }, ...beside];
    /** @type {Set<string>} */
    const wanted = new Set();
    for (const { run, state } of all) if (stream && run && !OVER.has(state)) wanted.add(run);
    this.leave((run) => !wanted.has(run));
    for (const run of wanted) {
      if (this.followed.has(run)) continue;
      const unfollow = pageStream().follow(socketAddress(addressOf(stream ?? "", base)), {
        run,
        known: () => [this.lines.get(run)?.seq ?? 0, this.lines.get(run)?.generation ?? 0],
        receive: (message) => this.hear(run, message),
        opened: () => {
          if (run === this.run) this.streamed = null; // the state is told anew
        },
        failed: () => {
          this.streamed = null;
          if (!this.isFed) this.setStateValue("stream", "failed");
        },
      });
      this.followed.set(run, unfollow);
    }
    if (!this.followed.has(this.run ?? "")) this.streamed = null;
  }

  /** @param {(run: string) => boolean} isLeft */
  leave(isLeft = () => true) {
    for (const [run, unfollow] of [...this.followed]) {
      if (!isLeft(run)) continue;
      unfollow();
      this.followed.delete(run);
    }
  }

  /**
   * @param {string} run
   * @param {Message} message
   */
  hear(run, message) {
    if (this.isFed) this.setStateValue("stream", "works"); // after all
    this.isFed = false;
    const isShown = run === this.run;
    switch (message.kind) {
      case "chunk":
      case "epoch":
      case "rate": // Python draws the line
        this.receive(run, message);
        break;
      case "state":
        if (isShown) this.receiveState(message);
        else if (message.state !== this.lines.get(run)?.state) this.redraw();
        break;
      case "restart":
        this.restart(run, message);
        break;
      case "changed":
      case "gone": // the page says why
        this.redraw();
        break;
    }
  }

  /**
   * @param {string} run
   * @param {RunEvent} event
   */
  receive(run, event) {
    if (!this.lines.get(run)?.hear(event)) return;
    if (run === this.run) {
      this.seconds = event.seconds ?? this.seconds;
      this.position = event.kind === "epoch" ? event.epoch : event.position;
      if (event.kind === "epoch" && event.epoch > 0) this.speak(/** @type {any} */ (event));
      if (event.kind === "epoch" && event.epoch === 0 && this.awaiting) this.awaitPoint(FIRST_POINT);
    }
    this.growing.ask();
  }

  /** @param {Extract<Message, {kind: "state"}>} message */
  receiveState({ state, ahead, wait, gave_way: gaveWay }) {
    const isFirst = this.streamed === null;
    this.streamed = state;
    this.state = state;
    this.ahead = ahead;
    this.wait = wait;
    this.gaveWay = gaveWay;
    if (OVER.has(state)) this.growing.finish();
    this.writeProgress();
    // What changed before the stream was open, it does not tell.
    if (isFirst && state !== this.data.state) this.redraw();
  }

  // Has Python draw the page anew. Without a connection nobody would hear it: once it is back, the frame
  // asks for the same.
  redraw() {
    if (isConnected()) this.setTriggerValue("changed", { run: this.run, state: this.state });
    if (OVER.has(this.state)) this.leave((run) => run === this.run);
  }

  /**
   * The run begins anew: its points are void.
   * @param {string} run
   * @param {Extract<Message, {kind: "restart"}>} message
   */
  restart(run, { generation }) {
    const line = this.lines.get(run);
    if (!line || generation <= line.generation) return;
    this.lines.set(run, new Line(run, generation, line.state));
    this.figure.isStale = true;
    if (run === this.run) {
      const { streamed } = this;
      this.forget();
      this.streamed = streamed;
    }
    this.paint();
    this.writeProgress();
  }

  // --- the figure --------------------------------------------------------------------------------

  // A run that has just begun often tells its first point before a chart without one would be drawn.
  /** @param {number} milliseconds */
  awaitPoint(milliseconds) {
    clearTimeout(this.awaiting);
    this.awaiting = setTimeout(() => {
      this.awaiting = undefined;
      this.paint();
    }, milliseconds);
  }

  stopAwaiting() {
    clearTimeout(this.awaiting);
    this.awaiting = undefined;
  }

  // A rerun that changes neither the points nor the words nor the theme changes nothing here.
  paint() {
    if (!this.isGone && !this.awaiting && this.figure.draw(this.data, this.lines)) this.growing.ask();
  }

  // Adds what has come since it was drawn, and returns whether it has to be added later.
  flush() {
    if (this.isGone) return false;
    this.writeProgress();
    if (this.awaiting && !this.line?.hasNews) return false;
    this.stopAwaiting();
    return this.figure.extend(this.data, this.lines);
  }

  // --- the words ---------------------------------------------------------------------------------

  writeProgress() {
    const { text, epochs, run } = this.data;
    const { root, state, position, seconds, ahead, wait, gaveWay } = this;
    const { words, done, isWaiting } = progressOf(
      { state, position, epochs, seconds, ahead, wait, gaveWay },
      text,
    );
    root.dataset.run = run ?? "";
    root.dataset.state = state;
    root.dataset.fed = String(this.isFed);
    root.dataset.waiting = String(isWaiting);
    root.style.setProperty("--curves-done", String(epochs > 0 ? done / epochs : 0));
    write(partOf(root, ".curves-progress-text"), state === "empty" ? "" : words);
    const track = partOf(root, ".curves-track");
    track.setAttribute("aria-label", text.progress);
    track.setAttribute("aria-valuetext", words || text.progress);
    if (isWaiting) track.removeAttribute("aria-valuenow");
    else track.setAttribute("aria-valuenow", String(Math.round((100 * done) / epochs)));
  }

  /**
   * Says how an epoch ended; when epochs end faster than sentences, only the latest is said.
   * @param {EpochEnd} end
   */
  speak(end) {
    if (end.epoch <= this.spoken) return;
    this.spoken = end.epoch;
    clearTimeout(this.speech);
    const wait = Math.max(0, this.quietUntil - performance.now());
    this.speech = setTimeout(() => {
      this.quietUntil = performance.now() + QUIET;
      const { text, epochs } = this.data;
      partOf(this.root, ".curves-said").textContent = epochSentence(end, epochs, text.epoch_end);
    }, wait);
  }
}
