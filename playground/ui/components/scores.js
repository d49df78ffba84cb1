// Ten scores that can be dragged, softmax of them, and the largest: all computed here, at once.

import { filled, write } from "./drawing.js";

const states = new WeakMap();
const TRUTH = "✓\ufe0e";
const GUESS = "▶\ufe0e";

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".scores");
  if (!states.has(root)) states.set(root, { picture: null, scores: [] });
  const state = states.get(root);
  const isNew = state.picture !== data.picture;
  if (isNew) {
    state.picture = data.picture;
    state.scores = [...data.scores];
  }
  const list = root.querySelector(".scores-rows");
  while (list.children.length < data.classes.length) list.append(newRow());
  const again = () => paint(root, data, state.scores);
  data.classes.forEach((name, number) => {
    const row = list.children[number];
    write(row.querySelector(".scores-name"), name);
    const slider = row.querySelector("input");
    slider.setAttribute("aria-label", filled(data.text.slider, { name }));
    if (isNew) {
      // A browser forgets to tell of a change if the value is set while somebody drags.
      slider.min = String(Math.floor(Math.min(...data.scores)) - 2);
      slider.max = String(Math.ceil(Math.max(...data.scores)) + 6);
      slider.value = String(state.scores[number]);
    }
    slider.oninput = () => {
      state.scores[number] = Number(slider.value);
      again();
    };
    slider.onchange = () => setStateValue("dragged", true);
  });
  for (const head of ["name", "score", "probability"]) {
    write(root.querySelector(`.scores-head-${head}`), data.text[head]);
  }
  const reset = root.querySelector(".scores-reset");
  write(reset, data.text.reset);
  reset.onclick = () => {
    state.scores = [...data.scores];
    data.classes.forEach((_, number) => {
      list.children[number].querySelector("input").value = String(state.scores[number]);
    });
    again();
  };
  again();
}

function newRow() {
  const row = document.createElement("li");
  row.innerHTML = `
    <span class="scores-name"></span>
    <input type="range" step="0.1">
    <output class="scores-score"></output>
    <span class="scores-track"><span class="scores-bar"></span></span>
    <span class="scores-percent"></span>
    <span class="scores-sign"></span>`;
  return row;
}

function paint(root, { text, label }, scores) {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  const shares = powers.map((power) => power / sum);
  const guess = shares.indexOf(Math.max(...shares));
  const rows = root.querySelector(".scores-rows").children;
  shares.forEach((share, number) => {
    const row = rows[number];
    row.dataset.share = share.toFixed(6);
    row.dataset.kind = number === guess ? "guess" : "other";
    write(row.querySelector(".scores-score"), scores[number].toFixed(1));
    row.querySelector(".scores-bar").style.transform = `scaleX(${share})`;
    write(row.querySelector(".scores-percent"), percentOf(share, text));
    const signs = [number === label ? TRUTH : "", number === guess ? GUESS : ""];
    write(row.querySelector(".scores-sign"), signs.join(""));
  });
  root.dataset.guess = String(guess);
  write(
    root.querySelector(".scores-sum"),
    filled(text.sum, { percent: percentOf(shares.reduce((a, b) => a + b, 0), text) }),
  );
  write(root.querySelector(".scores-argmax"), filled(text.argmax, { number: guess }));
}

function percentOf(share, text) {
  const percent = 100 * share;
  const shown = percent > 0 && percent < 0.05 ? "<0.1" : percent.toFixed(1);
  return filled(text.percent, { value: shown });
}
