// How the figure of the curves is laid out: pure, it fits Python's figure to the room there is.

const COMPACT_BELOW = 420; // CSS pixels of the figure's width

/**
 * Fits a layout to where it is drawn.
 * @param {PlotlyLayout} layout Is changed.
 * @param {object} room
 * @param {number} room.width CSS pixels; so is the height.
 * @param {number} room.height
 * @param {number} room.epochs Right end of the axis.
 * @param {string} room.fontFamily
 * @param {boolean} room.isBare Whether there is no point yet.
 */
export function fit(layout, { width, height, epochs, fontFamily, isBare }) {
  // Without a point Plotly would make up a scale, below zero and above 100 %.
  if (isBare) {
    Object.assign(layout.yaxis, { range: [0, 2.5], autorange: false });
    Object.assign(layout.yaxis2, { range: [0, 1], autorange: false });
  }
  Object.assign(layout, { width, height });
  layout.font.family = fontFamily;
  layout.hoverlabel.font.family = fontFamily;
  if (width >= COMPACT_BELOW) return;
  for (const part of [layout, layout.legend]) part.font.size = 13;
  for (const axis of [layout.xaxis, layout.yaxis, layout.yaxis2]) axis.tickfont.size = 13;
  layout.xaxis.dtick *= epochs > 5 * layout.xaxis.dtick ? 2 : 1;
  layout.margin = { ...layout.margin, l: 4, r: 8 };
}

/**
 * Returns whether a reader has zoomed: the axis shows something else than it was given.
 * @param {[number, number] | null} given
 * @param {[number, number] | null} shown
 */
export function isZoomed(given, shown) {
  return given !== null && (shown?.some((end, side) => end !== given[side]) ?? false);
}

/**
 * Returns Plotly's settings in a language.
 * @param {string} locale
 * @param {Record<string, string>} dictionary Plotly's own English words, each with its translation.
 */
export function settingsOf(locale, dictionary) {
  return {
    displaylogo: false,
    displayModeBar: "hover",
    modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"], ["toImage"]],
    locale,
    locales: { [locale]: { dictionary, format: {} } },
    toImageButtonOptions: { filename: "curves", scale: 2 },
  };
}
