// A figure that Python sends again and again while runs go on: drawn in the node it has always been in.

import {
  PAPER,
  addressOf,
  finishChart,
  isPrinted,
  loadScript,
  partOf,
  recolored,
  themeOf,
  whenPrinted,
  write,
} from "./drawing.js";

/**
 * What Python sends.
 * @typedef {object} ChartData
 * @property {PlotlyFigure} figure In the light theme's colours.
 * @property {Palettes} palettes
 * @property {string} plotly Where Plotly's code is, relative to `base`.
 * @property {string} base
 * @property {string} locale
 * @property {number} height CSS pixels.
 * @property {{chart: string, no_chart: string}} text
 */

/** @type {WeakMap<HTMLElement, Chart>} */
const charts = new WeakMap();
const NARROW = 480; // CSS pixels

/** @param {FrontendRendererArgs<ChartData>} args */
export default function ({ data, parentElement }) {
  const root = partOf(parentElement, ".chart");
  const chart = charts.get(root) ?? new Chart(root);
  charts.set(root, chart);
  chart.update(data);
  return () => setTimeout(() => root.isConnected || chart.destroy(), 0);
}

class Chart {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {PlotlyNode} */
    this.plot = partOf(root, ".chart-plot");
    /** @type {ChartData | null} */
    this.data = null;
    this.look = ""; // all that decides what is drawn now
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(root);
    this.stayOnScreen = whenPrinted(() => this.paint());
  }

  /** @param {ChartData} data */
  update(data) {
    this.data = data;
    this.root.style.setProperty("--chart-height", `${data.height}px`);
    loadScript(addressOf(data.plotly, data.base)).then(
      () => this.paint(),
      () => write(partOf(this.root, ".chart-note"), data.text.no_chart),
    );
  }

  paint() {
    if (!this.root.clientWidth || !window.Plotly || !this.data) return;
    const { figure, palettes, text, locale, height } = this.data;
    const theme = themeOf(this.root);
    const width = isPrinted ? PAPER : this.root.clientWidth;
    const look = JSON.stringify([figure, theme, locale, width, height]);
    if (look === this.look) return;
    this.look = look;
    const { data, layout } = recolored(figure, palettes.light, palettes[theme]);
    layout.font.family = getComputedStyle(this.root).fontFamily;
    Object.assign(layout, { width, height });
    if (width < NARROW) layout.font.size = 13;
    window.Plotly.react(this.plot, data, layout, {
      displayModeBar: false,
      responsive: false,
      locale,
      locales: { [locale]: { dictionary: {}, format: {} } },
    });
    finishChart(this.plot, text.chart);
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
  }

  destroy() {
    this.sizes.disconnect();
    this.stayOnScreen();
    if (window.Plotly && this.look) window.Plotly.purge(this.plot);
    charts.delete(this.root);
  }
}
