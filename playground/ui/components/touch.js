// On a touch screen, movements up and down belong to the page. Streamlit's sliders jump to a finger as soon
// as it touches them: they hear of it once it is clear what it is about. Plotly's charts keep every touch to
// themselves: they hear of none, and a tap is a mouse's click to them. That the browser may scroll from there is
// said in style/frame.css.

import { CHART } from "./plotly_private.js";
import { SLIDER } from "./streamlit_page.js";

const SLOP = 8; // CSS pixels that a finger may move and still be said to rest

/** @type {PointerEvent | null} */
let held = null; // the finger that has touched a slider and may yet want to scroll
/** @type {{slider: HTMLInputElement, value: string} | null} */
let before = null; // the browser's own slider that a finger has touched, and its value until then
/** @type {EventTarget | null} */
let pointed = null; // the part of a chart that was tapped

/**
 * Returns whether something has happened inside of what a selector names.
 * @param {Event} event
 * @param {string} selector
 */
function isIn({ target }, selector) {
  return target instanceof Element && target.closest(selector) !== null;
}

/** @param {PointerEvent} event */
function holdBack(event) {
  if (!event.isTrusted || event.pointerType !== "touch" || !isIn(event, SLIDER)) return;
  event.stopPropagation();
  event.preventDefault(); // else the browser would play a mouse for it at the end
  held = event.isPrimary ? event : null;
}

/**
 * Returns what a finger is about: it rests, or it moves across or along the page.
 * @param {{clientX: number, clientY: number}} from
 * @param {{clientX: number, clientY: number}} to
 */
export function gesture(from, to) {
  const across = Math.abs(to.clientX - from.clientX);
  const along = Math.abs(to.clientY - from.clientY);
  if (Math.max(across, along) < SLOP) return "rest";
  return across > along ? "across" : "along";
}

/**
 * Sideways the slider follows; a finger that only rests has chosen a place; all else was scrolling.
 * @param {PointerEvent} event
 */
function decide(event) {
  if (held?.pointerId !== event.pointerId) return;
  const about = gesture(held, event);
  if (about === "rest" && event.type === "pointermove") return;
  const { target } = held;
  const down = new PointerEvent("pointerdown", held);
  held = null;
  if (about !== "along") target?.dispatchEvent(down);
}

/**
 * The browser's own sliders cannot be held back: when it scrolls instead, they are put back.
 * @param {PointerEvent} event
 */
function remember({ target, pointerType }) {
  const isSlider = pointerType === "touch" && target instanceof HTMLInputElement && target.type === "range";
  before = isSlider ? { slider: target, value: target.value } : null;
}

function putBack() {
  if (before === null) return;
  before.slider.value = before.value;
  before.slider.dispatchEvent(new Event("input", { bubbles: true }));
  before = null;
}

/** @param {Event} event */
function keepFrom(event) {
  if (isIn(event, `${SLIDER}, ${CHART}`)) event.stopPropagation();
}

/**
 * What a tap has pointed at stays so until the next touch: there is no mouse that could have left it.
 * @param {MouseEvent} event
 */
function pointAt(event) {
  const isTap = event instanceof PointerEvent && event.pointerType === "touch";
  if (isTap && isIn(event, CHART)) pointed = event.target;
}

/** @param {Event} event */
function stay(event) {
  if (event.isTrusted && event.target === pointed) event.stopPropagation();
}

function leave() {
  pointed?.dispatchEvent(new MouseEvent("mouseout"));
  pointed = null;
}

export function watchTouches() {
  const first = { capture: true };
  window.addEventListener("pointerdown", holdBack, first);
  window.addEventListener("pointermove", decide, first);
  window.addEventListener("pointerup", decide, first);
  window.addEventListener("pointercancel", () => (held = null), first);
  window.addEventListener("pointerdown", remember, first);
  window.addEventListener("pointercancel", putBack, first);
  window.addEventListener("pointerdown", leave, first);
  window.addEventListener("click", pointAt, first);
  window.addEventListener("mouseout", stay, first);
  for (const name of ["touchstart", "touchmove", "touchend"]) {
    window.addEventListener(name, keepFrom, { capture: true, passive: true });
  }
}
