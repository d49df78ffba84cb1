// What the drawn elements share: theme, colours, words, and Plotly's code. It stands in front of each.

const scripts = new Map();

function themeOf(root) {
  const [red, green, blue] = getComputedStyle(root).color.match(/[\d.]+/g).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 128 ? "dark" : "light";
}

// Python draws in the light theme's colours; each of them stands for one of the other theme's.
function recolored(figure, from, to) {
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

function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

// The page's own scripts know where the app lives, behind a proxy and on a deep link too.
function addressOf(path, base) {
  const own = document.querySelector('script[type="module"][src*="static/js/"]')?.src;
  const root = own ? own.slice(0, own.lastIndexOf("static/js/")) : `${location.origin}${base}/`;
  return new URL(path, root).href;
}

function loadScript(address) {
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
