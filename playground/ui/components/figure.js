// The figure of the curves: one Plotly node that is drawn in place, whole or with the points that have come
// since. It knows nothing of the stream, and no words but those on the chart.

import { PAPER, finishChart, isPrinted, partOf, recolored, themeOf } from "./drawing.js";
import { fit, isZoomed, settingsOf } from "./layout.js";
import { pointsOf } from "./line.js";
import { isDragged } from "./plotly_private.js";

/** @import { CurvesData } from "./curves.js" */
/** @import { Line, RunEvent, Series } from "./line.js" */

/** @typedef {Points & {name: string, meta: Series}} Trace */

export class Figure {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {PlotlyNode<Trace>} */
    this.plot = partOf(root, ".curves-plot");
    this.isDrawn = false;
    this.isStale = true; // what is drawn lacks points or has void ones
    this.isBare = true; // there is no point
    this.look = ""; // all else that decides what is drawn
    /** @type {[number, number] | null} */
    this.range = null; // that the axis of epochs was given
    /** @type {string | null} */
    this.zoomOf = null; // the run for which it was given
    /** @type {{locale?: string}} */
    this.config = {};
  }

  /**
   * Draws all of it, unless it is drawn like that already, and returns whether it has to be drawn later: not
   * under a reader's hand.
   * @param {CurvesData} data
   * @param {Map<string, Line>} lines By run.
   */
  draw(data, lines) {
    if (!this.plot.clientWidth || !window.Plotly) return false;
    const { figure, locale, palettes, run, text } = data;
    const theme = themeOf(this.root);
    const width = isPrinted ? PAPER : this.plot.clientWidth;
    const names = figure.data.map((trace) => [trace.name, trace.meta.run]);
    const look = JSON.stringify([figure.layout, names, theme, width, data.height, locale, run]);
    if (this.isDrawn && !this.isStale && look === this.look) return false;
    this.isStale = true;
    if (this.isDrawn && isDragged(this.plot)) return true;
    this.isStale = false;
    this.look = look;
    for (const line of lines.values()) line.drawAll();
    const drawing = recolored(figure, palettes.light, palettes[theme]);
    for (const trace of drawing.data) Object.assign(trace, lines.get(trace.meta.run)?.points(trace.meta));
    this.isBare = drawing.data.every((trace) => trace.x.length === 0);
    const { fontFamily } = getComputedStyle(this.root);
    fit(drawing.layout, { width, height: data.height, epochs: data.epochs, fontFamily, isBare: this.isBare });
    this.keepZoom(drawing.layout.xaxis, run);
    if (this.config.locale !== locale) this.config = settingsOf(locale, text.modebar);
    if (this.isDrawn) window.Plotly.react(this.plot, drawing.data, drawing.layout, this.config);
    else window.Plotly.newPlot(this.plot, drawing.data, drawing.layout, this.config);
    this.isDrawn = true;
    this.showEmpty(run === null ? text.empty : "");
    this.finish(data);
    return false;
  }

  /**
   * Adds what has come since it was drawn, and returns whether it has to be added later.
   * @param {CurvesData} data
   * @param {Map<string, Line>} lines By run.
   */
  extend(data, lines) {
    if (!this.isDrawn || !window.Plotly) return false;
    if (isDragged(this.plot)) return true;
    const hasNews = [...lines.values()].some((line) => line.hasNews);
    if (this.isBare && hasNews) this.isStale = true; // the axes follow the points now
    if (this.isStale) return this.draw(data, lines);
    const news = new Map([...lines].map(([run, line]) => [run, line.drawAll()]));
    const { traces, added, most } = extensionOf(this.plot.data, news);
    if (traces.length > 0) window.Plotly.extendTraces(this.plot, added, traces, most);
    this.finish(data);
    return false;
  }

  /**
   * Plotly keeps a reader's zoom only as long as the axis is given the same range, and that grows with the runs
   * on the chart.
   * @param {PlotlyAxis} axis
   * @param {string | null} run
   */
  keepZoom(axis, run) {
    const shown = this.isDrawn && this.zoomOf === run ? this.plot.layout.xaxis.range : this.range;
    if (shown && isZoomed(this.range, shown)) axis.range = [...shown];
    else [this.range, this.zoomOf] = [[...axis.range], run]; // a copy: Plotly writes into what it is given
  }

  /** @param {CurvesData} data */
  finish({ run, text }) {
    finishChart(this.plot, text.chart);
    const shown = this.plot.data.find(({ meta }) => meta.run === (run ?? "") && meta.series === "training");
    this.root.dataset.points = String(shown?.x.length ?? 0);
  }

  /** @param {string} words */
  showEmpty(words) {
    const empty = partOf(this.root, ".curves-empty");
    empty.hidden = !words;
    empty.textContent = words;
  }

  destroy() {
    if (this.isDrawn) window.Plotly?.purge(this.plot);
    this.isDrawn = false;
  }
}

/**
 * Returns what Plotly has to add, to which traces, and how many points each of them may have then (-1: all).
 * @param {Pick<Trace, "meta">[]} drawn
 * @param {Map<string, RunEvent[]>} news By run.
 */
export function extensionOf(drawn, news) {
  /** @type {number[]} */
  const traces = [];
  /** @type {{x: number[][], y: (number | null)[][]}} */
  const added = { x: [], y: [] };
  /** @type {{x: number[], y: number[]}} */
  const most = { x: [], y: [] };
  drawn.forEach(({ meta }, index) => {
    const { x, y } = pointsOf(news.get(meta.run) ?? [], meta);
    if (x.length === 0) return;
    traces.push(index);
    added.x.push(x);
    added.y.push(y);
    const kept = meta.series === "end" ? 1 : -1;
    most.x.push(kept);
    most.y.push(kept);
  });
  return { traces, added, most };
}
