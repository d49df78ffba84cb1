// What the drawn elements share: theme, colours, words, and Plotly's code.

const scripts = new Map();
export const PAPER = 720; // CSS pixels: how wide a chart is drawn for paper, which then makes it fit

export let isPrinted = matchMedia("print").matches;

// Calls `draw` when the page goes to paper, and when it comes back; returns what ends that. Browsers lay a
// page out for paper without telling its scripts, but for this moment before.
export function whenPrinted(draw) {
  const turn = (printed) => {
    isPrinted = printed;
    draw();
  };
  const before = () => turn(true);
  const after = () => turn(false);
  const paper = matchMedia("print");
  const either = () => turn(paper.matches);
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  paper.addEventListener("change", either);
  return () => {
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
    paper.removeEventListener("change", either);
  };
}

// Paper is white in every theme.
export function themeOf(root) {
  if (isPrinted) return "light";
  const [red, green, blue] = getComputedStyle(root).color.match(/[\d.]+/g).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 128 ? "dark" : "light";
}

// Python draws in the light theme's colours; each of them stands for one of the other theme's.
export function recolored(figure, from, to) {
  const swap = new Map(Object.entries(from).map(([name, color]) => [color, to[name]]));
  const copy = (value) => {
    if (Array.isArray(value)) return value.map(copy);
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copy(item)]));
    }
    return swap.get(value) ?? value;
  };
  return copy(figure);
}

// To a screen reader a chart is one picture. With a frame of its own it can be made as wide as the paper.
export function finishChart(plot, words) {
  plot.querySelectorAll(".main-svg").forEach((layer, index) => {
    const { width, height } = plot._fullLayout;
    layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (index > 0) {
      layer.setAttribute("aria-hidden", "true");
    } else {
      layer.setAttribute("role", "img");
      layer.setAttribute("aria-label", words);
    }
  });
}

export function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

export function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

// The page's own scripts know where the app lives, behind a proxy and on a deep link too.
export function addressOf(path, base) {
  const own = document.querySelector('script[type="module"][src*="static/js/"]')?.src;
  const root = own ? own.slice(0, own.lastIndexOf("static/js/")) : `${location.origin}${base}/`;
  return new URL(path, root).href;
}

export function loadScript(address) {
  if (window.Plotly) return Promise.resolve();
  if (!scripts.has(address)) {
    const loading = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => (window.Plotly ? resolve() : script.onerror());
      script.onerror = () => {
        script.remove();
        scripts.delete(address);
        reject(new Error(`Expected Plotly at ${address}.`));
      };
      document.head.append(script);
    });
    scripts.set(address, loading);
  }
  return scripts.get(address);
}
