// The live learning curves: one Plotly figure that grows in place, with its progress above. One run is told
// of in full, others lie thinner behind it.
// Python sends what is known at a rerun; between reruns the page's stream adds points.
// Both are merged by the events' numbers, so a point is drawn once, whichever way it came first.

import { PAPER, addressOf, filled, finishChart, isPrinted, loadScript, recolored, themeOf, whenPrinted, write } from "./drawing.js";
import { Line, pointsOf } from "./line.js";
import { CONNECTED, pageStream, socketAddress } from "./stream.js";

const OVER = new Set(["finished", "stopped", "diverged", "failed", "recorded", "empty"]);
const COMPACT_BELOW = 420; // CSS pixels of the element's width
const QUIET = 2000; // milliseconds between two spoken sentences
const elements = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".curves");
  if (!elements.has(root)) elements.set(root, new Curves(root));
  const curves = elements.get(root);
  curves.update(component);
  return () => curves.release();
}

class Curves {
  constructor(root) {
    this.root = root;
    this.plot = root.querySelector(".curves-plot");
    this.run = undefined;
    /** @type {Map<string, Line>} */
    this.lines = new Map(); // by run, of all that are drawn
    /** @type {Map<string, () => void>} */
    this.followed = new Map(); // by run, what ends that it is followed
    this.config = null;
    this.forget();
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.plot);
    this.stayOnScreen = whenPrinted(() => this.paint());
  }

  // --- what Python sends -------------------------------------------------------------------------

  update({ data, setStateValue, setTriggerValue }) {
    this.setStateValue = setStateValue;
    this.setTriggerValue = setTriggerValue;
    const other = data.run !== this.run;
    if (other) this.forget();
    this.run = data.run;
    if (this.data && this.data.locale !== data.locale) {
      this.root.querySelector(".curves-said").textContent = ""; // in the language before
    }
    const moved = !other && this.data.fed && data.state !== this.data.state;
    if (moved) setTriggerValue("changed", { run: data.run, state: data.state });
    this.data = data;
    this.takeLines(data, other);
    const streamed = this.streamed !== null && !OVER.has(data.state);
    this.state = streamed ? this.streamed : data.state;
    this.ahead = data.ahead;
    this.wait = data.wait;
    this.gaveWay = data.gave_way;
    if (other) this.spoken = data.last_epoch?.epoch ?? 0;
    else if (data.last_epoch) this.speak(data.last_epoch);

    this.root.style.setProperty("--curves-height", `${data.height}px`);
    this.writeProgress();
    this.connect();
    // Without Plotly's file, Streamlit's own chart stands below and this element tells the progress.
    this.root.querySelector(".curves-stage").hidden = !data.plotly;
    if (!data.plotly) return;
    loadScript(addressOf(data.plotly, data.base)).then(
      () => this.paint(),
      () => {
        this.showEmpty(data.text.no_chart);
        this.setStateValue("chart", "failed");
      },
    );
  }

  // Takes what Python knows of each run's points. What the stream has told is newer than a rerun that began
  // before it.
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
      if (isNewer) this.stale = true;
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
    this.stale = true;
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
    cancelAnimationFrame(this.frame);
    if (this.drawn) window.Plotly.purge(this.plot);
    this.drawn = false;
    this.gone = true;
    elements.delete(this.root);
  }

  // --- the stream --------------------------------------------------------------------------------

  // Follows all runs that may have more to tell, and no others.
  connect() {
    const { stream, base } = this.data;
    const wanted = new Set();
    if (stream && !OVER.has(this.state)) wanted.add(this.run);
    if (stream) for (const { run, state } of this.data.beside) if (!OVER.has(state)) wanted.add(run);
    this.leave((run) => !wanted.has(run));
    for (const run of wanted) {
      if (this.followed.has(run)) continue;
      const unfollow = pageStream().follow(socketAddress(addressOf(stream, base)), {
        run,
        known: () => [this.lines.get(run)?.seq ?? 0, this.lines.get(run)?.generation ?? 0],
        receive: (message) => this.hear(run, message),
        opened: () => {
          if (run === this.run) this.streamed = null; // the state is told anew
        },
        failed: () => this.setStateValue("stream", "failed"),
        works: () => this.setStateValue("stream", "works"),
      });
      this.followed.set(run, unfollow);
    }
    if (!this.followed.has(this.run)) this.streamed = null;
  }

  leave(isLeft = () => true) {
    for (const [run, unfollow] of [...this.followed]) {
      if (!isLeft(run)) continue;
      unfollow();
      this.followed.delete(run);
    }
  }

  hear(run, message) {
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

  receive(run, event) {
    if (!this.lines.get(run)?.hear(event)) return;
    if (run === this.run) {
      this.seconds = event.seconds ?? this.seconds;
      this.position = event.kind === "epoch" ? event.epoch : event.position;
      if (event.kind === "epoch" && event.epoch > 0) this.speak(event);
    }
    this.schedule();
  }

  receiveState({ state, ahead, wait, gave_way: gaveWay }) {
    const isFirst = this.streamed === null;
    this.streamed = state;
    this.state = state;
    this.ahead = ahead ?? this.ahead;
    this.wait = wait ?? this.wait;
    this.gaveWay = gaveWay ?? false;
    this.writeProgress();
    // What changed before the stream was open, it does not tell.
    if (isFirst && state !== this.data.state) this.redraw();
  }

  // Has Python draw the page anew. Without a connection nobody would hear it: once it is back, the frame
  // asks for the same.
  redraw() {
    if (document.querySelector(CONNECTED)) this.setTriggerValue("changed", { run: this.run, state: this.state });
    if (OVER.has(this.state)) this.leave((run) => run === this.run);
  }

  // The run begins anew: its points are void.
  restart(run, { generation }) {
    const line = this.lines.get(run);
    if (!line || generation <= line.generation) return;
    this.lines.set(run, new Line(run, generation, line.state));
    this.stale = true;
    if (run === this.run) {
      const { streamed } = this;
      this.forget();
      this.streamed = streamed;
    }
    this.paint();
    this.writeProgress();
  }

  // --- the figure --------------------------------------------------------------------------------

  // Draws the whole figure, in the node it has always been in. A rerun that changes neither the
  // points nor the words nor the theme changes nothing here.
  paint() {
    if (this.gone || !this.data || !this.plot.clientWidth || !window.Plotly) return;
    const { data } = this;
    const theme = themeOf(this.root);
    const width = isPrinted ? PAPER : this.plot.clientWidth;
    const { figure, locale, palettes } = data;
    const names = figure.data.map((trace) => [trace.name, trace.meta.run]);
    const look = JSON.stringify([figure.layout, names, theme, width, data.height, locale, this.run]);
    if (this.drawn && !this.stale && look === this.look) return;
    if (this.drawn && this.plot._dragging) {
      this.schedule(); // not under the reader's hand
      return;
    }
    this.look = look;
    this.stale = false;
    for (const line of this.lines.values()) line.drawAll();
    const drawing = recolored(figure, palettes.light, palettes[theme]);
    for (const trace of drawing.data) Object.assign(trace, this.lines.get(trace.meta.run).points(trace.meta));
    this.bare = drawing.data.every((trace) => trace.x.length === 0);
    this.dress(drawing.layout, width, this.bare);
    this.keepZoom(drawing.layout.xaxis);
    if (this.drawn) window.Plotly.react(this.plot, drawing.data, drawing.layout, this.settings());
    else window.Plotly.newPlot(this.plot, drawing.data, drawing.layout, this.settings());
    this.drawn = true;
    finishChart(this.plot, this.data.text.chart);
    this.showEmpty(this.run === null ? data.text.empty : "");
    this.count();
  }

  // Plotly keeps a reader's zoom only as long as the axis is given the same range, and that grows with the
  // runs on the chart.
  keepZoom(axis) {
    const { range } = axis;
    const now = this.drawn && this.zoomOf === this.run ? this.plot.layout.xaxis.range : this.range;
    const isZoomed = now && this.range && now.some((end, side) => end !== this.range[side]);
    if (isZoomed) axis.range = [...now];
    else [this.range, this.zoomOf] = [[...range], this.run]; // a copy: Plotly writes into what it is given
  }

  dress(layout, width, bare) {
    // Without a point Plotly would make up a scale, below zero and above 100 %.
    if (bare) {
      Object.assign(layout.yaxis, { range: [0, 2.5], autorange: false });
      Object.assign(layout.yaxis2, { range: [0, 1], autorange: false });
    }
    Object.assign(layout, { width, height: this.data.height });
    layout.font.family = getComputedStyle(this.root).fontFamily;
    layout.hoverlabel.font.family = layout.font.family;
    if (width >= COMPACT_BELOW) return;
    for (const part of [layout, layout.legend]) part.font.size = 13;
    for (const axis of [layout.xaxis, layout.yaxis, layout.yaxis2]) axis.tickfont.size = 13;
    layout.xaxis.dtick *= this.data.epochs > 5 * layout.xaxis.dtick ? 2 : 1;
    layout.margin = { ...layout.margin, l: 4, r: 8 };
  }

  settings() {
    const { locale, text } = this.data;
    if (this.config?.locale !== locale) {
      this.config = {
        displaylogo: false,
        displayModeBar: "hover",
        modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"], ["toImage"]],
        locale,
        locales: { [locale]: { dictionary: text.modebar, format: {} } },
        toImageButtonOptions: { filename: "curves", scale: 2 },
      };
    }
    return this.config;
  }

  // Adds what has come since the last frame.
  flush() {
    this.frame = 0;
    if (this.gone) return;
    this.writeProgress();
    const hasNews = [...this.lines.values()].some((line) => line.pending.length > 0);
    if (this.bare && hasNews) this.stale = true; // the axes follow the points now
    if (!this.drawn || this.plot._dragging || this.stale) {
      if (this.drawn) this.stale && !this.plot._dragging ? this.paint() : this.schedule();
      return;
    }
    const news = new Map([...this.lines].map(([run, line]) => [run, line.drawAll()]));
    const traces = [];
    const added = { x: [], y: [] };
    const most = { x: [], y: [] };
    this.plot.data.forEach(({ meta }, index) => {
      const { x, y } = pointsOf(news.get(meta.run) ?? [], meta);
      if (x.length === 0) return;
      traces.push(index);
      added.x.push(x);
      added.y.push(y);
      const kept = meta.series === "end" ? 1 : -1; // -1: all
      most.x.push(kept);
      most.y.push(kept);
    });
    if (traces.length > 0) window.Plotly.extendTraces(this.plot, added, traces, most);
    finishChart(this.plot, this.data.text.chart);
    this.count();
  }

  schedule() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.flush());
  }

  count() {
    const shown = this.plot.data.find(({ meta }) => meta.run === (this.run ?? "") && meta.series === "training");
    this.root.dataset.points = String(shown?.x.length ?? 0);
  }

  showEmpty(words) {
    const empty = this.root.querySelector(".curves-empty");
    empty.hidden = !words;
    empty.textContent = words;
  }

  // --- the words ---------------------------------------------------------------------------------

  writeProgress() {
    const { text, epochs, run } = this.data;
    const { state } = this;
    const done = Math.min(this.position, epochs);
    const preparing = state === "running" && done === 0;
    const waiting = preparing || (state === "queued" && !this.gaveWay);
    let words = text[state] ?? "";
    if (state === "queued" && !this.ahead) words = this.wait ? text.queued_next : text.queued_soon;
    if (state === "queued" && this.gaveWay) words = text.gave_way;
    if (preparing) words = text.preparing;
    words = filled(words, {
      ahead: this.ahead,
      wait: this.duration(this.wait),
      epoch: Math.min(Math.floor(done) + 1, epochs),
      epochs,
      done: Number.isInteger(done) ? done : done.toFixed(1),
      elapsed: this.duration(this.seconds),
      left: this.duration(done > 0 ? (this.seconds / done) * (epochs - done) : 0),
    });
    const { root } = this;
    root.dataset.run = run ?? "";
    root.dataset.state = state;
    root.dataset.waiting = String(waiting);
    root.style.setProperty("--curves-done", String(epochs > 0 ? done / epochs : 0));
    write(root.querySelector(".curves-progress-text"), state === "empty" ? "" : words);
    const track = root.querySelector(".curves-track");
    track.setAttribute("aria-label", text.progress);
    track.setAttribute("aria-valuetext", words || text.progress);
    if (waiting) track.removeAttribute("aria-valuenow");
    else track.setAttribute("aria-valuenow", String(Math.round((100 * done) / epochs)));
  }

  duration(seconds) {
    const { text } = this.data;
    if (seconds < 60) return filled(text.seconds, { seconds: seconds.toFixed(1) });
    const whole = Math.round(seconds);
    return filled(text.minutes, {
      minutes: Math.floor(whole / 60),
      seconds: String(whole % 60).padStart(2, "0"),
    });
  }

  // Says how an epoch ended; when epochs end faster than sentences, only the latest is said.
  speak(epoch) {
    if (epoch.epoch <= this.spoken) return;
    this.spoken = epoch.epoch;
    clearTimeout(this.speech);
    const wait = Math.max(0, (this.quietUntil ?? 0) - performance.now());
    this.speech = setTimeout(() => {
      this.quietUntil = performance.now() + QUIET;
      const { text, epochs } = this.data;
      this.root.querySelector(".curves-said").textContent = filled(text.epoch_end, {
        epoch: epoch.epoch,
        epochs,
        loss: fixed(epoch.loss, 3),
        val_loss: fixed(epoch.val_loss, 3),
        val_accuracy: epoch.val_accuracy === null ? "NaN" : `${fixed(100 * epoch.val_accuracy, 1)}%`,
      });
    }, wait);
  }
}

// --- small pieces -----------------------------------------------------------------------------

function fixed(value, digits) {
  return value === null || value === undefined ? "NaN" : value.toFixed(digits);
}
