// Scores that can be dragged, softmax of them, and the largest: all computed here, at once.

import { filled, partOf, write } from "./drawing.js";

/**
 * What Python sends.
 * @typedef {object} ScoresData
 * @property {string} picture Names the picture: another one brings its own scores.
 * @property {number[]} scores
 * @property {number} label Number of the true class.
 * @property {string[]} classes Their names.
 * @property {ScoresTexts} text
 */

/** @typedef {Record<"name" | "score" | "probability" | "slider" | "percent" | "sum" | "argmax" | "reset", string>} ScoresTexts */

/** @type {WeakMap<HTMLElement, {picture: string | null, scores: number[]}>} */
const states = new WeakMap();
const TRUTH = "✓\ufe0e";
const GUESS = "▶\ufe0e";

/** @param {FrontendRendererArgs<ScoresData>} args */
export default function ({ data, parentElement, setStateValue }) {
  const root = partOf(parentElement, ".scores");
  const state = states.get(root) ?? { picture: null, scores: [] }; // as they have been dragged
  states.set(root, state);
  const isNew = state.picture !== data.picture;
  if (isNew) {
    state.picture = data.picture;
    state.scores = [...data.scores];
  }
  const list = partOf(root, ".scores-rows");
  while (list.children.length < data.classes.length) list.append(newRow());
  const rows = /** @type {HTMLElement[]} */ ([...list.children]);
  const again = () => paint(root, rows, data, state.scores);
  rows.forEach((row, number) => {
    const name = data.classes[number];
    write(partOf(row, ".scores-name"), name);
    const slider = sliderOf(row);
    slider.setAttribute("aria-label", filled(data.text.slider, { name }));
    if (isNew) {
      // A browser forgets to tell of a change if the value is set while somebody drags.
      const [low, high] = boundsOf(data.scores);
      slider.min = String(low);
      slider.max = String(high);
      slider.value = String(state.scores[number]);
    }
    slider.oninput = () => {
      state.scores[number] = Number(slider.value);
      again();
    };
    slider.onchange = () => setStateValue("dragged", true);
  });
  for (const head of /** @type {const} */ (["name", "score", "probability"])) {
    write(partOf(root, `.scores-head-${head}`), data.text[head]);
  }
  const reset = partOf(root, ".scores-reset");
  write(reset, data.text.reset);
  reset.onclick = () => {
    state.scores = [...data.scores];
    rows.forEach((row, number) => {
      sliderOf(row).value = String(state.scores[number]);
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

/**
 * @param {HTMLElement} row
 * @returns {HTMLInputElement}
 */
function sliderOf(row) {
  return partOf(row, "input");
}

/**
 * Returns how far the scores can be dragged, down and up.
 * @param {number[]} scores As the network gave them.
 * @returns {[number, number]}
 */
export function boundsOf(scores) {
  return [Math.floor(Math.min(...scores)) - 2, Math.ceil(Math.max(...scores)) + 6];
}

/**
 * @param {HTMLElement} root
 * @param {HTMLElement[]} rows One a class.
 * @param {ScoresData} data
 * @param {number[]} scores
 */
function paint(root, rows, { text, label }, scores) {
  const shares = softmax(scores);
  const guess = shares.indexOf(Math.max(...shares));
  rows.forEach((row, number) => {
    const share = shares[number];
    row.dataset.share = share.toFixed(6);
    row.dataset.kind = number === guess ? "guess" : "other";
    write(partOf(row, ".scores-score"), scores[number].toFixed(1));
    partOf(row, ".scores-bar").style.transform = `scaleX(${share})`;
    write(partOf(row, ".scores-percent"), percentOf(share, text.percent));
    const signs = [number === label ? TRUTH : "", number === guess ? GUESS : ""];
    write(partOf(row, ".scores-sign"), signs.join(""));
  });
  root.dataset.guess = String(guess);
  const sum = shares.reduce((a, b) => a + b, 0);
  write(partOf(root, ".scores-sum"), filled(text.sum, { percent: percentOf(sum, text.percent) }));
  write(partOf(root, ".scores-argmax"), filled(text.argmax, { number: guess }));
}

/**
 * Returns the probabilities of scores. The largest is taken off first: no power of it is too large.
 * @param {number[]} scores
 */
export function softmax(scores) {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * @param {number} share
 * @param {string} words With {value}.
 */
export function percentOf(share, words) {
  const percent = 100 * share;
  const shown = percent > 0 && percent < 0.05 ? "<0.1" : percent.toFixed(1);
  return filled(words, { value: shown });
}
