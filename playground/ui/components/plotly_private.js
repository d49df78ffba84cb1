// All that the drawn elements use of Plotly beside what is documented; without it, a little is missing.

export const CHART = ".js-plotly-plot"; // else a chart would keep every touch to itself
export const LAYER = ".main-svg"; // else a screen reader would read a chart's parts one by one

/**
 * Returns whether a reader drags something in a chart; else it would be drawn anew under the hand.
 * @param {PlotlyNode<any>} plot
 */
export function isDragged(plot) {
  return Boolean(plot._dragging);
}
