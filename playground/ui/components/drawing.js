// What the drawn elements share: theme, colours, words, and Plotly's code.

import { LAYER } from "./plotly_private.js";
import { SCRIPTS } from "./streamlit_page.js";

/** @type {Map<string, Promise<void>>} */
const scripts = new Map();
export const PAPER = 720; // CSS pixels: how wide a chart is drawn for paper, which then makes it fit

export let isPrinted = false;

/**
 * Returns a part of an element, which its HTML or its JavaScript has put there.
 * @template {HTMLElement} [Part=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 */
export function partOf(root, selector) {
  const part = root.querySelector(selector);
  if (part === null) throw new Error(`Expected ${selector} in the element; its HTML has none.`);
  return /** @type {Part} */ (part);
}

/**
 * Calls `draw` when the page goes to paper, and when it comes back; returns what ends that. Browsers lay a
 * page out for paper without telling its scripts, but for this moment before.
 * @param {() => void} draw
 */
export function whenPrinted(draw) {
  /** @param {boolean} printed */
  const turn = (printed) => {
    isPrinted = printed;
    draw();
  };
  const before = () => turn(true);
  const after = () => turn(false);
  const paper = matchMedia("print");
  const either = () => turn(paper.matches);
  isPrinted ||= paper.matches;
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  paper.addEventListener("change", either);
  return () => {
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
    paper.removeEventListener("change", either);
  };
}

/**
 * Paper is white in every theme.
 * @param {Element} root
 * @returns {Theme}
 */
export function themeOf(root) {
  return isPrinted ? "light" : themeUnder(getComputedStyle(root).color);
}

/**
 * Returns the theme in which words have a colour.
 * @param {string} color As browsers write it: "rgb(23, 32, 43)".
 * @returns {Theme}
 */
export function themeUnder(color) {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 128 ? "dark" : "light";
}

/**
 * Returns a copy of a figure in a theme's colours. Python draws in the light theme's; each of them stands for
 * one of the other theme's.
 * @template Figure
 * @param {Figure} figure
 * @param {Palette} from
 * @param {Palette} to
 * @returns {Figure}
 */
export function recolored(figure, from, to) {
  const swap = new Map(Object.entries(from).map(([name, color]) => [color, to[name]]));
  /**
   * @param {any} value
   * @returns {any}
   */
  const copy = (value) => {
    if (Array.isArray(value)) return value.map(copy);
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copy(item)]));
    }
    return swap.get(value) ?? value;
  };
  return copy(figure);
}

/**
 * To a screen reader a chart is one picture. With a frame of its own it can be made as wide as the paper.
 * @param {PlotlyNode<any>} plot
 * @param {string} words
 */
export function finishChart(plot, words) {
  const { width, height } = plot.layout;
  plot.querySelectorAll(LAYER).forEach((layer, index) => {
    layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (index > 0) {
      layer.setAttribute("aria-hidden", "true");
    } else {
      layer.setAttribute("role", "img");
      layer.setAttribute("aria-label", words);
    }
  });
}

/**
 * Returns words with values in their places; a place without a value stays.
 * @param {string} words
 * @param {Record<string, string | number | undefined>} values
 */
export function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

/**
 * @param {Element} node
 * @param {string} words
 */
export function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/**
 * The page's own scripts know where the app lives, behind a proxy and on a deep link too.
 * @param {string} path
 * @param {string} base
 */
export function addressOf(path, base) {
  /** @type {HTMLScriptElement | null} */
  const own = document.querySelector(`script[type="module"][src*="${SCRIPTS}"]`);
  return addressBeside(own?.src ?? "", path, `${location.origin}${base}/`);
}

/**
 * Returns the address of a path of the app.
 * @param {string} script Where one of the page's own scripts is; "" if that is not known.
 * @param {string} path
 * @param {string} root Where the app lives if the script does not say so.
 */
export function addressBeside(script, path, root) {
  const end = script.lastIndexOf(SCRIPTS);
  return new URL(path, end < 0 ? root : script.slice(0, end)).href;
}

/**
 * @param {string} address
 * @returns {Promise<void>}
 */
export function loadScript(address) {
  if (window.Plotly) return Promise.resolve();
  let loading = scripts.get(address);
  if (!loading) {
    loading = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const fail = () => {
        script.remove();
        scripts.delete(address);
        reject(new Error(`Expected Plotly at ${address}.`));
      };
      script.src = address;
      script.onload = () => (window.Plotly ? resolve() : fail());
      script.onerror = fail;
      document.head.append(script);
    });
    scripts.set(address, loading);
  }
  return loading;
}
