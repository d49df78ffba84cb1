// The ways from page to page: the browser's Back, and links that are opened in a new tab.

import { PAGE_LINK, whenAnswered } from "./streamlit_page.js";

/**
 * Says which addresses are written after somebody has gone back. An answer to what was asked before may still
 * come, and Streamlit (1.67) writes the address of that answer's page above the one that was gone back to.
 * Until something is pressed again, there is no way to another page: an answer that leads there writes no
 * address, and once it is over the page of the address is asked for again, as Streamlit does when somebody
 * goes back.
 */
export class WayBack {
  constructor() {
    /** @type {string | null} */
    this.path = null; // of the page that was gone back to
    this.isElsewhere = false; // whether an answer that leads to another page is under way
  }

  /** @param {string} path */
  goBack(path) {
    this.path = path;
  }

  press() {
    if (!this.isElsewhere) this.path = null;
  }

  /**
   * Returns how an address is to be written: as asked, in place of the present one, or not at all.
   * @param {string} path
   * @returns {"as asked" | "in place" | "not"}
   */
  write(path) {
    if (this.path !== null && path !== this.path) this.isElsewhere = true;
    if (this.isElsewhere) return "not";
    return this.path === null ? "as asked" : "in place";
  }

  /** Takes that an answer is over, and returns whether the page of the address has to be asked for again. */
  rest() {
    const wasElsewhere = this.isElsewhere;
    this.isElsewhere = false;
    return wasElsewhere;
  }
}

export function watchHistory() {
  const way = new WayBack();
  const isKnown = whenAnswered(() => {
    if (way.rest()) dispatchEvent(new PopStateEvent("popstate"));
  });
  if (!isKnown) return; // nothing would say when an answer is over
  addEventListener("popstate", () => way.goBack(location.pathname));
  // An assistive tool's press is a click alone.
  for (const kind of ["pointerdown", "keydown", "click"]) addEventListener(kind, () => way.press(), true);

  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  /**
   * @param {typeof push} asked
   * @returns {typeof push}
   */
  const write = (asked) => (state, unused, address) => {
    const how = way.write(new URL(address ?? "", location.href).pathname);
    if (how !== "not") (how === "as asked" ? asked : replace)(state, unused, address);
  };
  history.pushState = write(push);
  history.replaceState = write(replace);
}

/**
 * Streamlit (1.67) writes a link to the main page without a path: a new tab would open the page on which the
 * link stands.
 * @param {string} address
 */
export function withPath(address) {
  return /^(\?|$)/.test(address) ? `./${address}` : address;
}

// Streamlit takes a press with Ctrl, which asks for a new tab, for one without.
export function watchLinks() {
  /** @param {MouseEvent} press */
  const leave = (press) => {
    const isForNewTab = press.ctrlKey || press.metaKey || press.shiftKey;
    const isOnLink = press.target instanceof Element && press.target.closest(PAGE_LINK) !== null;
    if (isForNewTab && isOnLink) press.stopPropagation();
  };
  addEventListener("click", leave, true);
  const mend = () => {
    for (const link of document.querySelectorAll(PAGE_LINK)) {
      const address = link.getAttribute("href");
      if (address !== null && withPath(address) !== address) link.setAttribute("href", withPath(address));
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
