// Streamlit's own words in the page's language. They are few: names of buttons for those who do not
// see them, what a menu says of itself, and that the server does not answer. And the page is drawn anew
// once a lost server is there again.

import { watchKeys } from "./keys.js";
import { watchTouches } from "./touch.js";
import { watchHistory, watchLinks } from "./ways.js";

const ATTRIBUTES = ["aria-label", "placeholder", "title"];
const SPOKEN =
  '[data-testid="stSkipToContent"], [role="dialog"] > h2, [data-testid="stNumberInput"] [role="alert"], ' +
  '[data-testid="stTooltipErrorContent"] p';
const PLACE = /\{(\w+)\}/g;
const CONNECTION = "data-test-connection-state";
const LOST = "Connection error"; // how Streamlit heads what it says when the server does not answer
const originals = new WeakMap(); // element → { attribute: [what Streamlit wrote, what we made of it] }

let words = new Map();
let comfort = "";
let patterns = [];
let observer = null;
let drawAnew = () => {};

export default function ({ data, setTriggerValue }) {
  drawAnew = () => setTriggerValue("returned", true);
  document.documentElement.lang = data.language;
  words = new Map(Object.entries(data.words));
  comfort = data.lost;
  patterns = [...words]
    .filter(([text]) => text.includes("{"))
    .map(([text, spoken]) => [new RegExp(`^${text.replace(PLACE, "(?<$1>.+)")}$`, "s"), spoken]);
  speakAll(document.body);
  if (observer) return;
  observer = watch();
  watchKeys();
  watchTouches();
  watchHistory();
  watchLinks();
}

// To a server that was started again nobody has been here before: it knows none of the page's parts and
// would do nothing when one is pressed.
function watchConnection() {
  const app = document.querySelector(`[${CONNECTION}]`);
  let wasLost = false;
  new MutationObserver(() => {
    const isLost = app.getAttribute(CONNECTION) !== "CONNECTED";
    if (wasLost && !isLost) drawAnew();
    wasLost = isLost;
  }).observe(app, { attributes: true, attributeFilter: [CONNECTION] });
}

function watch() {
  watchConnection();
  const watching = new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") speak(target);
      for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) speakAll(node);
    }
  });
  watching.observe(document.body, {
    attributes: true,
    attributeFilter: ATTRIBUTES,
    childList: true,
    subtree: true,
  });
  return watching;
}

function speakAll(root) {
  speak(root);
  const selector = ATTRIBUTES.map((name) => `[${name}]`).join(",");
  root.querySelectorAll(`${selector},${SPOKEN}`).forEach(speak);
}

function speak(element) {
  const known = originals.get(element) ?? {};
  for (const name of ATTRIBUTES) {
    if (element.hasAttribute(name)) {
      say(known, name, element.getAttribute(name), (text) => element.setAttribute(name, text));
    }
  }
  if (element.matches(SPOKEN)) {
    if (element.textContent === LOST) comfortIn(element.parentElement);
    say(known, "text", element.textContent, (text) => (element.textContent = text));
  }
  originals.set(element, known);
}

// Streamlit asks for the internet, or for a terminal: nothing that a visitor could do. Its words stay,
// unseen, because React looks after them.
function comfortIn(dialog) {
  const theirs = dialog.querySelector("h2 + div");
  const ours = theirs.cloneNode();
  ours.textContent = comfort;
  theirs.style.display = "none";
  theirs.after(ours);
}

function say(known, place, now, write) {
  const [original, ours] = known[place] ?? [];
  const source = now === ours ? original : now;
  const spoken = translated(source);
  known[place] = [source, spoken];
  if (spoken !== now) write(spoken);
}

function translated(text) {
  if (words.has(text)) return words.get(text);
  for (const [pattern, spoken] of patterns) {
    const found = pattern.exec(text);
    if (found) return spoken.replace(PLACE, (_, name) => found.groups[name]);
  }
  return text;
}
