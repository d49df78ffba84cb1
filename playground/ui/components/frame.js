// Streamlit's own words in the page's language. They are few: names of buttons for those who do not
// see them, and what a menu says of itself. And the cookie by which a visitor is known after a reload.

const ATTRIBUTES = ["aria-label", "placeholder", "title"];
const SPOKEN = '[data-testid="stSkipToContent"]';
const originals = new WeakMap(); // element → { attribute: [what Streamlit wrote, what we made of it] }

let words = new Map();
let patterns = [];
let observer = null;

export default function ({ data }) {
  document.documentElement.lang = data.language;
  document.cookie = data.cookie;
  words = new Map(Object.entries(data.words));
  patterns = [...words]
    .filter(([text]) => text.includes("{name}"))
    .map(([text, spoken]) => [new RegExp(`^${text.replace("{name}", "(.+)")}$`, "s"), spoken]);
  speakAll(document.body);
  observer ??= watch();
}

function watch() {
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
    say(known, "text", element.textContent, (text) => (element.textContent = text));
  }
  originals.set(element, known);
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
    if (found) return spoken.replace("{name}", () => found[1]);
  }
  return text;
}
