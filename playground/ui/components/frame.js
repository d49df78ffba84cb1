// Streamlit's own words in the page's language. They are few: names of buttons for those who do not
// see them, what a menu says of itself, and that the server does not answer. And the page is drawn anew
// once a lost server is there again.

import { watchKeys } from "./keys.js";
import { Phrases } from "./phrases.js";
import { LOST, WORDS, whenConnectedAgain } from "./streamlit_page.js";
import { watchTouches } from "./touch.js";
import { watchHistory, watchLinks } from "./ways.js";

const ATTRIBUTES = ["aria-label", "placeholder", "title"];

/** @type {WeakMap<Element, Record<string, [string, string]>>} */
const originals = new WeakMap(); // by element and attribute what Streamlit wrote, and what we made of it
let phrases = new Phrases();
let comfort = "";
let isWatched = false;
let drawAnew = () => {};

/**
 * @param {FrontendRendererArgs<{language: string, lost: string, words: Record<string, string>}>} args `lost` is
 *   said while the server does not answer.
 */
export default function ({ data, setTriggerValue }) {
  drawAnew = () => setTriggerValue("returned", true);
  document.documentElement.lang = data.language;
  phrases = new Phrases(data.words);
  comfort = data.lost;
  speakAll(document.body);
  if (isWatched) return;
  isWatched = true;
  watchWords();
  // To a server that was started again nobody has been here before: it knows none of the page's parts and
  // would do nothing when one is pressed.
  whenConnectedAgain(() => drawAnew());
  watchKeys();
  watchTouches();
  watchHistory();
  watchLinks();
}

function watchWords() {
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes" && target instanceof Element) speak(target);
      for (const node of addedNodes) if (node instanceof Element) speakAll(node);
    }
  }).observe(document.body, {
    attributes: true,
    attributeFilter: ATTRIBUTES,
    childList: true,
    subtree: true,
  });
}

/** @param {Element} root */
function speakAll(root) {
  speak(root);
  const selector = ATTRIBUTES.map((name) => `[${name}]`).join(",");
  root.querySelectorAll(`${selector},${WORDS}`).forEach(speak);
}

/** @param {Element} element */
function speak(element) {
  /** @type {Record<string, [string, string]>} */
  const known = originals.get(element) ?? {};
  for (const name of ATTRIBUTES) {
    const now = element.getAttribute(name);
    if (now !== null) say(known, name, now, (text) => element.setAttribute(name, text));
  }
  if (element.matches(WORDS)) {
    if (element.textContent === LOST && element.parentElement) comfortIn(element.parentElement);
    say(known, "text", element.textContent ?? "", (text) => (element.textContent = text));
  }
  originals.set(element, known);
}

/**
 * Streamlit asks for the internet, or for a terminal: nothing that a visitor could do. Its words stay, unseen,
 * because React looks after them.
 * @param {Element} dialog
 */
function comfortIn(dialog) {
  /** @type {HTMLElement | null} */
  const theirs = dialog.querySelector("h2 + div");
  if (theirs === null) return;
  const ours = theirs.cloneNode();
  ours.textContent = comfort;
  theirs.style.display = "none";
  theirs.after(ours);
}

/**
 * @param {Record<string, [string, string]>} known By place what Streamlit wrote there, and what we made of it.
 * @param {string} place
 * @param {string} now What stands there.
 * @param {(text: string) => void} write
 */
function say(known, place, now, write) {
  known[place] = phrases.spoken(now, known[place]);
  if (known[place][1] !== now) write(known[place][1]);
}
