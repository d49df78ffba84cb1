// A figure that Python sends again and again while runs go on: drawn in the node it has always been in.

import { PAPER, addressOf, finishChart, isPrinted, loadScript, recolored, themeOf, whenPrinted, write } from "./drawing.js";

const charts = new WeakMap();
const NARROW = 480; // CSS pixels

export default function (component) {
  const root = component.parentElement.querySelector(".chart");
  if (!charts.has(root)) charts.set(root, new Chart(root));
  const chart = charts.get(root);
  chart.update(component.data);
  return () => setTimeout(() => root.isConnected || chart.destroy(), 0);
}

class Chart {
  constructor(root) {
    this.root = root;
    this.plot = root.querySelector(".chart-plot");
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(root);
    this.stayOnScreen = whenPrinted(() => this.paint());
  }

  update(data) {
    this.data = data;
    this.root.style.setProperty("--chart-height", `${data.height}px`);
    loadScript(addressOf(data.plotly, data.base)).then(
      () => this.paint(),
      () => write(this.root.querySelector(".chart-note"), data.text.no_chart),
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
