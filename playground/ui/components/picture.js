// One picture with crisp pixels and a bar for each class; a new picture changes what is there, nothing is
// built anew.

import { addressOf, filled, partOf, write } from "./drawing.js";
import { pageStream, socketAddress } from "./stream.js";

const PATIENCE = 5000; // milliseconds: a browser with many tabs may have no connection free
const AGAIN = 1000; // milliseconds after an answer that did not come
const TRIES = 5; // until there is news of the run or of the page
// The selector at the end asks for the sign as text: some systems would draw a coloured picture.
const TRUTH = "✓\ufe0e";
const GUESS = "▶\ufe0e";

/**
 * What a network thinks of a picture.
 * @typedef {object} Answer
 * @property {number | null} guess Number of the likeliest class; null without a network.
 * @property {number[] | null} probabilities
 * @property {boolean} undefined Whether the probabilities are not numbers.
 * @property {number} epochs How many the network had learnt.
 */

/**
 * What Python sends.
 * @typedef {object} PictureData
 * @property {number} index
 * @property {string} pixels Bytes in base 64, row by row.
 * @property {[number, number]} shape Rows and columns.
 * @property {number} label
 * @property {string[]} classes Their names.
 * @property {Answer} answer
 * @property {string | null} run The one that may still learn.
 * @property {number} generation How often it has begun anew.
 * @property {string | null} answers Where newer answers are, relative to `base`; so is `stream`.
 * @property {string | null} stream
 * @property {string} base
 * @property {PictureTexts} text
 */

/**
 * @typedef {Record<"label" | "guess" | "bars" | "percent" | "alt" | "alt_unguessed" | "no_probabilities" |
 *   "undefined" | "after", string>} PictureTexts
 */

/** @type {WeakMap<HTMLElement, Picture>} */
const pictures = new WeakMap();

/** @param {FrontendRendererArgs<PictureData>} args */
export default function ({ data, parentElement }) {
  const root = partOf(parentElement, ".picture");
  const picture = pictures.get(root) ?? new Picture(root, data);
  pictures.set(root, picture);
  picture.update(data);
  return () => setTimeout(() => root.isConnected || picture.destroy(), 0);
}

class Picture {
  /**
   * @param {HTMLElement} root
   * @param {PictureData} data
   */
  constructor(root, data) {
    this.root = root;
    this.data = data;
    /** @type {{of: string, answer: Answer} | null} */
    this.fetched = null; // the newest answer that was asked for, and of which picture and run
    /** @type {string | null} */
    this.followed = null; // a run
    /** @type {(() => void) | null} */
    this.unfollow = null;
    this.isAsking = false;
    this.isAskedAgain = false; // while an answer was under way
    this.lost = 0; // answers that did not come, one after the other
  }

  /** @param {PictureData} data */
  update(data) {
    if (this.data.index !== data.index) renumber(data.index);
    this.data = data;
    this.follow();
    // What was fetched is newer than a rerun that began before it.
    const { fetched } = this;
    if (fetched?.of !== this.subject() || fetched.answer.epochs <= data.answer.epochs) this.fetched = null;
    this.draw();
    // The look that is missing may have been told before this element could listen.
    this.lost = 0;
    if (!this.hasAnswer()) this.ask(data.run);
  }

  // Asks for a newer answer whenever the network has looked at the pictures.
  follow() {
    const { run, stream, base } = this.data;
    const followed = stream ? run : null;
    if (this.followed === followed) return;
    this.unfollow?.();
    this.unfollow = null;
    this.followed = followed;
    if (stream === null || run === null) return;
    this.unfollow = pageStream().follow(socketAddress(addressOf(stream, base)), {
      run,
      known: () => [null, this.data.generation],
      receive: ({ kind }) => {
        if (kind !== "snapshot") return;
        this.lost = 0;
        this.ask(run);
      },
    });
  }

  hasAnswer() {
    const { guess, undefined: broken } = this.fetched?.answer ?? this.data.answer;
    return guess !== null || broken;
  }

  destroy() {
    clearTimeout(this.retry);
    this.unfollow?.();
    pictures.delete(this.root);
  }

  subject() {
    const { run, generation, index } = this.data;
    return `${run}/${generation}/${index}`;
  }

  // --- a network that learns ---------------------------------------------------------------------

  /** @param {string | null} run */
  async ask(run) {
    const { data } = this;
    if (!data.answers || data.run !== run) return;
    if (this.isAsking) {
      this.isAskedAgain = true;
      return;
    }
    this.isAsking = true;
    const of = this.subject();
    const answer = await fetchAnswer(addressOf(`${data.answers}/${data.index}`, data.base));
    this.isAsking = false;
    if (!this.root.isConnected) return; // another page is looked at by now
    if (answer && of === this.subject() && this.data.answers) {
      this.fetched = { of, answer };
      this.draw();
    }
    if (this.isAskedAgain) {
      this.isAskedAgain = false;
      this.ask(run);
    } else if (!answer && ++this.lost < TRIES) {
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.ask(run), AGAIN);
    }
  }

  // --- the element -------------------------------------------------------------------------------

  draw() {
    const { root, data } = this;
    const { text, classes, label } = data;
    const { guess, probabilities, undefined: broken, epochs } = this.fetched?.answer ?? data.answer;
    root.dataset.index = String(data.index);
    root.dataset.label = String(label);
    root.dataset.guess = guess === null ? "" : String(guess);

    /** @type {HTMLCanvasElement} */
    const canvas = partOf(root, ".picture-canvas");
    drawPixels(canvas, data.pixels, data.shape);
    const guessed = guess !== null && probabilities !== null;
    const percent = guessed ? percentOf(probabilities[guess], text.percent) : "";
    canvas.setAttribute(
      "aria-label",
      filled(guessed ? text.alt : text.alt_unguessed, {
        index: data.index,
        label: classes[label],
        guess: guessed ? classes[guess] : "",
        percent,
      }),
    );

    // Another picture is spoken; what changes twice a second while the network learns is not.
    const verdict = partOf(root, ".picture-verdict");
    verdict.setAttribute("aria-live", this.fetched ? "off" : "polite");
    write(partOf(root, ".picture-truth dt"), `${TRUTH} ${text.label}`);
    write(partOf(root, ".picture-truth dd"), classes[label]);
    partOf(root, ".picture-guess").hidden = !guessed;
    write(partOf(root, ".picture-guess dt"), `${GUESS} ${text.guess}`);
    write(partOf(root, ".picture-guess dd"), guessed ? `${classes[guess]} ${percent}` : "");

    const note = partOf(root, ".picture-note");
    note.hidden = guessed;
    write(note, broken ? text.undefined : text.no_probabilities);
    const when = partOf(root, ".picture-when");
    when.hidden = !guessed || !data.answers;
    write(when, filled(text.after, { epochs: epochs.toFixed(1) }));

    const bars = partOf(root, ".picture-bars");
    bars.hidden = !guessed;
    bars.setAttribute("aria-label", text.bars);
    while (bars.children.length > classes.length) bars.lastElementChild?.remove();
    while (bars.children.length < classes.length) bars.append(newRow());
    classes.forEach((name, number) => {
      const row = /** @type {HTMLElement} */ (bars.children[number]);
      const share = guessed ? probabilities[number] : 0;
      row.dataset.truth = String(number === label);
      row.dataset.guess = String(number === guess);
      write(partOf(row, ".picture-name"), name);
      partOf(row, ".picture-bar").style.setProperty("--picture-share", String(share));
      write(partOf(row, ".picture-percent"), percentOf(share, text.percent));
      write(partOf(row, ".picture-mark-truth .picture-mark-word"), ` ${text.label}`);
      write(partOf(row, ".picture-mark-guess .picture-mark-word"), ` ${text.guess}`);
    });
  }
}

/**
 * A field whose number was refused keeps it (Streamlit 1.67), whatever picture is shown by then: it is told as
 * if somebody had typed it.
 * @param {number} index
 */
function renumber(index) {
  const field = document.querySelector(".st-key-image_index input[aria-invalid=true]");
  if (!field) return;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, String(index));
  field.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => field.dispatchEvent(new FocusEvent("focusout", { bubbles: true })), 0);
}

/**
 * Returns null if the server is away or too slow.
 * @param {string} address
 * @returns {Promise<Answer | null>}
 */
async function fetchAnswer(address) {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function newRow() {
  const row = document.createElement("li");
  row.className = "picture-row";
  row.innerHTML = `
    <span class="picture-name"></span>
    <span class="picture-track" aria-hidden="true"><span class="picture-bar" style="display:block"></span></span>
    <span class="picture-percent"></span>
    <span class="picture-marks"><span class="picture-mark picture-mark-truth">${TRUTH}<span
      class="picture-mark-word"></span></span><span class="picture-mark picture-mark-guess">${GUESS}<span
      class="picture-mark-word"></span></span></span>`;
  return row;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} encoded
 * @param {[number, number]} shape
 */
function drawPixels(canvas, encoded, [rows, columns]) {
  Object.assign(canvas, { width: columns, height: rows });
  canvas.getContext("2d")?.putImageData(new ImageData(colorsOf(encoded), columns, rows), 0, 0);
}

/**
 * Returns red, green, blue and opacity of each grey pixel.
 * @param {string} encoded Bytes in base 64.
 */
export function colorsOf(encoded) {
  const bytes = atob(encoded);
  const colors = new Uint8ClampedArray(4 * bytes.length).fill(255);
  for (let pixel = 0; pixel < bytes.length; pixel += 1) {
    colors.fill(bytes.charCodeAt(pixel), 4 * pixel, 4 * pixel + 3);
  }
  return colors;
}

/**
 * A softmax never says exactly nothing or exactly all: neither do the rounded numbers.
 * @param {number} share
 * @param {string} words With {value}.
 */
export function percentOf(share, words) {
  let value = (100 * share).toFixed(1);
  if (share < 0.001) value = "<0.1";
  else if (share < 1 && value === "100.0") value = ">99.9";
  return filled(words, { value });
}
