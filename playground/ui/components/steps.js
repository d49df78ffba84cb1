// A lesson's steps: says which one is open, and goes back to where it begins when one was opened from further
// down. It never moves the focus, and does nothing when a step opens by itself.

/** @type {WeakMap<HTMLElement, number>} */
const presses = new WeakMap();

/** @param {FrontendRendererArgs<{step: string, pressed: number}>} args */
export default function ({ data, parentElement }) {
  const row = document.querySelector(".st-key-lesson_steps");
  for (const button of row?.querySelectorAll("button") ?? []) {
    if (button.closest(`.st-key-to_${data.step}`)) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
  const before = presses.get(parentElement) ?? data.pressed;
  presses.set(parentElement, data.pressed);
  if (row && data.pressed !== before && row.getBoundingClientRect().top < 0) row.scrollIntoView();
}
