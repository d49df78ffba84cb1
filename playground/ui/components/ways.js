// The ways from page to page: the browser's Back, and links that are opened in a new tab.

const SCRIPT = "data-test-script-state";
const PAGE_LINK = ".stPageLink a";

// Who goes back may still get the answer to what was asked before, and Streamlit (1.67) writes the
// address of that answer's page above the one that was gone back to. Until something is pressed again,
// there is no way to another page: an answer that leads there writes no address, and once it is over
// the page of the address is asked for again, as Streamlit does when somebody goes back.
export function watchHistory() {
  const app = document.querySelector(`[${SCRIPT}]`);
  let goneBackTo = null; // a path
  let isElsewhere = false; // whether an answer that leads to another page is under way
  addEventListener("popstate", () => (goneBackTo = location.pathname));
  // An assistive tool's press is a click alone.
  for (const kind of ["pointerdown", "keydown", "click"])
    addEventListener(kind, () => isElsewhere || (goneBackTo = null), true);

  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  const write = (how) => (state, unused, address) => {
    const path = new URL(address ?? "", location.href).pathname;
    if (goneBackTo !== null && path !== goneBackTo) isElsewhere = true;
    if (!isElsewhere) (goneBackTo === null ? how : replace)(state, unused, address);
  };
  history.pushState = write(push);
  history.replaceState = write(replace);

  new MutationObserver(() => {
    if (!isElsewhere || app.getAttribute(SCRIPT) !== "notRunning") return;
    isElsewhere = false;
    dispatchEvent(new PopStateEvent("popstate"));
  }).observe(app, { attributes: true, attributeFilter: [SCRIPT] });
}

// Streamlit (1.67) writes a link to the main page without a path: a new tab would open the page on which
// the link stands. And it takes a press with Ctrl, which asks for a new tab, for one without.
export function watchLinks() {
  const leave = (press) => {
    const isForNewTab = press.ctrlKey || press.metaKey || press.shiftKey;
    if (isForNewTab && press.target.closest(PAGE_LINK)) press.stopPropagation();
  };
  addEventListener("click", leave, true);
  const mend = () => {
    for (const link of document.querySelectorAll(PAGE_LINK)) {
      const address = link.getAttribute("href");
      if (/^(\?|$)/.test(address)) link.setAttribute("href", `./${address}`);
    }
  };
  mend();
  new MutationObserver(mend).observe(document.body, {
    attributes: true,
    attributeFilter: ["href"],
    childList: true,
    subtree: true,
  });
}
