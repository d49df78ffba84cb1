// On a touch screen, movements up and down belong to the page. Streamlit's sliders jump to a finger as soon
// as it touches them: they hear of it once it is clear what it is about. Plotly's charts keep every touch to
// themselves: they hear of none, and a tap is a mouse's click to them. That the browser may scroll from there is
// said in style/frame.css.

const SLIDER = ".stSlider [role='group']";
const CHART = ".js-plotly-plot";
const SLOP = 8; // CSS pixels that a finger may move and still be said to rest

let held = null; // the finger that has touched a slider and may yet want to scroll
let before = null; // the browser's own slider that a finger has touched, and its value until then
let pointed = null; // the part of a chart that was tapped

function holdBack(event) {
  if (!event.isTrusted || event.pointerType !== "touch" || !event.target.closest(SLIDER)) return;
  event.stopPropagation();
  event.preventDefault(); // else the browser would play a mouse for it at the end
  held = event.isPrimary ? event : null;
}

// Sideways the slider follows; a finger that only rests has chosen a place; all else was scrolling.
function decide(event) {
  if (held?.pointerId !== event.pointerId) return;
  const across = Math.abs(event.clientX - held.clientX);
  const along = Math.abs(event.clientY - held.clientY);
  const rests = Math.max(across, along) < SLOP;
  if (rests && event.type === "pointermove") return;
  const { target } = held;
  const isMeant = rests || across > along;
  const down = new PointerEvent("pointerdown", held);
  held = null;
  if (isMeant) target.dispatchEvent(down);
}

// The browser's own sliders cannot be held back: when it scrolls instead, they are put back.
function remember({ target, pointerType }) {
  const isSlider = pointerType === "touch" && target.matches("input[type='range']");
  before = isSlider ? { slider: target, value: target.value } : null;
}

function putBack() {
  if (before === null) return;
  before.slider.value = before.value;
  before.slider.dispatchEvent(new Event("input", { bubbles: true }));
  before = null;
}

function keepFrom(event) {
  if (event.target.closest(`${SLIDER}, ${CHART}`)) event.stopPropagation();
}

// What a tap has pointed at stays so until the next touch: there is no mouse that could have left it.
function pointAt(event) {
  if (event.pointerType === "touch" && event.target.closest(CHART)) pointed = event.target;
}

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
