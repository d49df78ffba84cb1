// One picture with crisp pixels and ten bars; a new picture changes what is there, nothing is
// built anew.

const SIDE = 28;
// The selector at the end asks for the sign as text: some systems would draw a coloured picture.
const TRUTH = "✓\ufe0e";
const GUESS = "▶\ufe0e";

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".picture");
  const { text, classes, label, guess, probabilities } = data;
  const palette = data.palettes[themeOf(root)];
  for (const [name, color] of Object.entries(palette)) {
    root.style.setProperty(`--picture-${name}`, color);
  }
  root.dataset.index = String(data.index);
  root.dataset.label = String(label);
  root.dataset.guess = guess === null ? "" : String(guess);

  const canvas = root.querySelector(".picture-canvas");
  drawPixels(canvas, data.pixels);
  const guessed = guess !== null;
  const percent = guessed ? percentOf(probabilities[guess], text) : "";
  canvas.setAttribute(
    "aria-label",
    filled(guessed ? text.alt : text.alt_unguessed, {
      index: data.index,
      label: classes[label],
      guess: classes[guess],
      percent,
    }),
  );

  write(root.querySelector(".picture-truth dt"), `${TRUTH} ${text.label}`);
  write(root.querySelector(".picture-truth dd"), classes[label]);
  root.querySelector(".picture-guess").hidden = !guessed;
  write(root.querySelector(".picture-guess dt"), `${GUESS} ${text.guess}`);
  write(root.querySelector(".picture-guess dd"), guessed ? `${classes[guess]} ${percent}` : "");

  const note = root.querySelector(".picture-note");
  note.hidden = guessed;
  write(note, data.undefined ? text.undefined : text.no_probabilities);

  const bars = root.querySelector(".picture-bars");
  bars.hidden = !guessed;
  bars.setAttribute("aria-label", text.bars);
  while (bars.children.length > classes.length) bars.lastElementChild.remove();
  while (bars.children.length < classes.length) bars.append(newRow());
  classes.forEach((name, number) => {
    const row = bars.children[number];
    const share = guessed ? probabilities[number] : 0;
    row.dataset.truth = String(number === label);
    row.dataset.guess = String(number === guess);
    write(row.querySelector(".picture-name"), name);
    row.querySelector(".picture-bar").style.setProperty("--picture-share", String(share));
    write(row.querySelector(".picture-percent"), percentOf(share, text));
    write(row.querySelector(".picture-mark-truth .picture-mark-word"), ` ${text.label}`);
    write(row.querySelector(".picture-mark-guess .picture-mark-word"), ` ${text.guess}`);
  });
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

function drawPixels(canvas, encoded) {
  const bytes = atob(encoded);
  const context = canvas.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  for (let pixel = 0; pixel < bytes.length; pixel += 1) {
    image.data.fill(bytes.charCodeAt(pixel), 4 * pixel, 4 * pixel + 3);
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

// A softmax never says exactly nothing or exactly all: neither do the rounded numbers.
function percentOf(share, text) {
  let value = (100 * share).toFixed(1);
  if (share < 0.001) value = "<0.1";
  else if (share < 1 && value === "100.0") value = ">99.9";
  return filled(text.percent, { value });
}
