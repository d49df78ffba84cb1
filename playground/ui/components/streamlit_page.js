// All that the drawn elements use of Streamlit's page beside what is documented. What is not found there is
// done without; `streamlit_private/frontend.py` looks for it when the server starts, and the log says so.

const CONNECTION = "data-test-connection-state";
const SCRIPT = "data-test-script-state";

export const PAGE_LINK = ".stPageLink a";
export const SLIDER = ".stSlider [role='group']";
export const SCRIPTS = "static/js/"; // where, below the app's address, Streamlit's own scripts are
export const LOST = "Connection error"; // the head of what is said when the server does not answer

/** Where Streamlit's own words stand that are no attributes. */
export const WORDS =
  '[data-testid="stSkipToContent"], [role="dialog"] > h2, [data-testid="stNumberInput"] [role="alert"], ' +
  '[data-testid="stTooltipErrorContent"] p';

/** Returns whether the page's connection to the server stands; where that is not known, yes. */
export function isConnected() {
  const app = document.querySelector(`[${CONNECTION}]`);
  return app === null || app.getAttribute(CONNECTION) === "CONNECTED";
}

/**
 * Calls `back` whenever a connection that was lost is there again; never, where that is not known.
 * @param {() => void} back
 */
export function whenConnectedAgain(back) {
  let wasLost = false;
  whenChanged(CONNECTION, (state) => {
    const isLost = state !== "CONNECTED";
    if (wasLost && !isLost) back();
    wasLost = isLost;
  });
}

/**
 * Calls `rest` whenever an answer of the server is over.
 * @param {() => void} rest
 * @returns {boolean} Whether that is known.
 */
export function whenAnswered(rest) {
  return whenChanged(SCRIPT, (state) => {
    if (state === "notRunning") rest();
  });
}

/**
 * Calls `tell` with an attribute's value whenever that has changed.
 * @param {string} attribute
 * @param {(state: string | null) => void} tell
 * @returns {boolean} Whether an element has the attribute.
 */
function whenChanged(attribute, tell) {
  const app = document.querySelector(`[${attribute}]`);
  if (app === null) return false;
  const changes = new MutationObserver(() => tell(app.getAttribute(attribute)));
  changes.observe(app, { attributes: true, attributeFilter: [attribute] });
  return true;
}
