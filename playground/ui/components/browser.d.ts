// What the elements find in a browser beside what every browser has: Streamlit's side of an element, Plotly's
// code, and what they themselves leave at the window.

/** What Streamlit calls an element with, at every drawing of the page. */
interface FrontendRendererArgs<Data> {
  data: Data;
  parentElement: HTMLElement;
  setStateValue(name: string, value: unknown): void;
  setTriggerValue(name: string, value: unknown): void;
}

/** Colours by what they are for. */
type Palette = Record<string, string>;

type Theme = "light" | "dark";

type Palettes = Record<Theme, Palette>;

/** The places of points along the two axes; null leaves a gap. */
type Points = { x: number[]; y: (number | null)[] };

/** What is said of Plotly's figures here: the options that the elements read or set, and any others. */
interface PlotlyFont {
  family: string;
  size: number;
}

interface PlotlyAxis {
  range: [number, number];
  autorange: boolean;
  dtick: number;
  tickfont: PlotlyFont;
}

interface PlotlyLayout {
  width: number;
  height: number;
  font: PlotlyFont;
  hoverlabel: { font: PlotlyFont };
  legend: { font: PlotlyFont };
  margin: Record<string, number>;
  xaxis: PlotlyAxis;
  yaxis: PlotlyAxis;
  yaxis2: PlotlyAxis;
}

interface PlotlyFigure<Trace = Points> {
  data: Trace[];
  layout: PlotlyLayout;
}

/** The node that Plotly has drawn in. */
interface PlotlyNode<Trace = Points> extends HTMLElement {
  data: Trace[];
  layout: PlotlyLayout;
  _dragging?: boolean;
}

interface Plotly {
  newPlot(node: HTMLElement, data: Points[], layout: PlotlyLayout, config: object): void;
  react(node: HTMLElement, data: Points[], layout: PlotlyLayout, config: object): void;
  extendTraces(
    node: HTMLElement,
    added: { x: number[][]; y: (number | null)[][] },
    traces: number[],
    most: { x: number[]; y: number[] },
  ): void;
  purge(node: HTMLElement): void;
}

interface Window {
  Plotly?: Plotly;
  playgroundStream?: import("./stream.js").Stream;
}
