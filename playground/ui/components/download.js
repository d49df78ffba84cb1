// A link that holds a text as a file.

import { partOf } from "./drawing.js";

/** @param {FrontendRendererArgs<{label: string, text: string, file_name: string, mime: string}>} args */
export default function ({ data, parentElement }) {
  /** @type {HTMLAnchorElement} */
  const link = partOf(parentElement, ".download");
  link.textContent = data.label;
  link.download = data.file_name;
  link.href = `data:${data.mime};charset=utf-8,${encodeURIComponent(data.text)}`;
}
