// What a page knows of one run's points: those that Python sent with a drawing, and those that came since.

/**
 * An event of a run, as `core/events.py` writes it.
 * @typedef {{seq: number, kind: "chunk" | "epoch" | "rate", [value: string]: any}} RunEvent
 */

/**
 * Which points a trace shows.
 * @typedef {object} Series
 * @property {string} run
 * @property {"training" | "training_epoch" | "test" | "end"} series "end": the last one of "test" alone.
 * @property {"loss" | "accuracy"} metric
 */

export class Line {
  /**
   * @param {string} run Its id.
   * @param {number} generation How often the run had begun anew.
   * @param {string} [state] Where it stands, as Python said.
   */
  constructor(run, generation, state = "") {
    this.run = run;
    this.generation = generation;
    this.state = state;
    this.seq = 0; // of the last event that is known
    /** @type {{seq: number, points: Map<string, Points>}} */
    this.base = { seq: 0, points: new Map() };
    /** @type {RunEvent[]} */
    this.tail = []; // events that the base does not hold
    /** @type {RunEvent[]} */
    this.pending = []; // events that are not drawn yet
  }

  /**
   * Takes what Python knows, and returns whether that is more than was known.
   * @param {{generation: number, seq: number}} known
   * @param {(Points & {meta: Series})[]} traces Of all runs.
   */
  take({ generation, seq }, traces) {
    if (generation !== this.generation || seq < this.base.seq) return false;
    const own = traces.filter(({ meta }) => meta.run === this.run);
    this.base = { seq, points: new Map(own.map(({ meta, x, y }) => [keyOf(meta), { x, y }])) };
    this.tail = this.tail.filter((event) => event.seq > seq);
    if (seq <= this.seq) return false;
    this.seq = seq;
    return true;
  }

  /**
   * Takes an event of the stream, and returns whether it is new.
   * @param {RunEvent} event
   */
  hear(event) {
    if (event.seq <= this.seq) return false;
    this.seq = event.seq;
    this.tail.push(event);
    this.pending.push(event);
    return true;
  }

  /** Whether there is a point that is not drawn yet. */
  get hasNews() {
    return this.pending.some((event) => event.kind === "chunk" || isEpochEnd(event));
  }

  /** Returns what is not drawn yet, which is drawn with that. */
  drawAll() {
    const { pending } = this;
    this.pending = [];
    return pending;
  }

  /**
   * Returns all that is known of a series.
   * @param {Series} series
   */
  points(series) {
    const known = this.base.points.get(keyOf(series)) ?? { x: [], y: [] };
    const { x, y } = pointsOf(this.tail, series);
    if (series.series === "end" && x.length > 0) return { x, y };
    return { x: [...known.x, ...x], y: [...known.y, ...y] };
  }
}

/**
 * Returns where events lie in a series.
 * @param {RunEvent[]} events
 * @param {Series} series
 * @returns {Points}
 */
export function pointsOf(events, { series, metric }) {
  /** @type {Points} */
  const points = { x: [], y: [] };
  for (const event of events) {
    const isEpoch = isEpochEnd(event);
    if (event.kind === "chunk" && series === "training") add(points, event.position, event[metric]);
    if (isEpoch && series === "training_epoch") add(points, event.epoch, event[metric]);
    if (isEpoch && (series === "test" || series === "end")) add(points, event.epoch, event[`val_${metric}`]);
  }
  return series === "end" ? { x: points.x.slice(-1), y: points.y.slice(-1) } : points;
}

/**
 * Returns whether an event is drawn as the end of an epoch; that of the untrained network is not.
 * @param {RunEvent} event
 */
function isEpochEnd(event) {
  return event.kind === "epoch" && event.epoch > 0;
}

/**
 * @param {Points} points
 * @param {number} x
 * @param {number | null} y
 */
function add(points, x, y) {
  points.x.push(x);
  points.y.push(y);
}

/** @param {Series} series */
function keyOf({ series, metric }) {
  return `${series} ${metric}`;
}
