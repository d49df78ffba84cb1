// The keys of the buttons work wherever the focus is, but where somebody writes. Streamlit leaves out
// every <input>, and sliders, switches and lists to choose from are such inputs too.

const NOT_WRITTEN_IN = new Set([
  "button",
  "checkbox",
  "color",
  "file",
  "image",
  "radio",
  "range",
  "reset",
  "submit",
]);

/** @param {Pick<HTMLInputElement, "type" | "inputMode" | "getAttribute">} input */
export function isWrittenIn(input) {
  if (NOT_WRITTEN_IN.has(input.type)) return false;
  // A list without a search is a field to Streamlit; it takes letters only while it is open, and says so.
  return input.inputMode !== "none" || input.getAttribute("aria-expanded") === "true";
}

/**
 * Returns whether a key is one letter alone, as those of the buttons are.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "isComposing">} event
 */
export function isLetter({ key, ctrlKey, altKey, metaKey, isComposing }) {
  return /^[a-z]$/i.test(key) && !ctrlKey && !altKey && !metaKey && !isComposing;
}

/**
 * Streamlit hears the key a second time, from where it does not leave it out. To the control it stays what it
 * was, unless a button has taken it.
 * @param {KeyboardEvent} event
 */
function passOn(event) {
  const { target } = event;
  if (!(target instanceof HTMLInputElement) || isWrittenIn(target) || !isLetter(event)) return;
  const isLeft = document.body.dispatchEvent(new KeyboardEvent(event.type, event));
  if (!isLeft) event.preventDefault();
}

export function watchKeys() {
  window.addEventListener("keydown", passOn, { capture: true });
}
