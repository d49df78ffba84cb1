// biome-ignore-all lint/suspicious/noUnusedExpressions: Playwright calls the function that this file is
// Reads a page as it stands: what can be operated, what the widgets and the drawings show, every word.
// With a wanted control ({ kind, key, nth }) it returns that element, or null. It changes nothing.

(/** @type {{kind: string, key: string, nth: number} | undefined} */ wanted) => {
  const all = (/** @type {string} */ selector, /** @type {ParentNode} */ place = document) =>
    /** @type {HTMLElement[]} */ ([...place.querySelectorAll(selector)]);
  const one = (/** @type {string} */ selector, /** @type {ParentNode} */ place = document) =>
    /** @type {HTMLElement | null} */ (place.querySelector(selector));
  const visible = (/** @type {Element} */ element) =>
    element.getClientRects().length > 0 &&
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // A run's name at the end of a key is left out: where a walk is walked again it is another one.
  const keyOf = (/** @type {Element} */ element) => {
    const names = [...(element.closest("[class*='st-key-']")?.classList ?? [])];
    const name = names.find((it) => it.startsWith("st-key-")) ?? "";
    return name.slice(7).replace(/_([0-9a-f]{8}|[0-9a-f]{32})$/, "_*");
  };
  const text = (/** @type {string} */ selector, /** @type {ParentNode} */ place = document) =>
    one(selector, place)?.innerText.trim() ?? null;

  // --- what can be operated --------------------------------------------------------------------

  // Where several fit, the first one counts. What opens a menu is a part of the menu.
  /** @type {Record<string, string>} */
  const KINDS = {
    "": "[data-testid=stSelectbox] button, [aria-hidden=true] *",
    help: "[data-testid=stTooltipHoverTarget] button:not([data-testid])",
    radio: "input[type=radio], [role=radio]",
    check: "input[type=checkbox]",
    slider: "input[type=range]",
    number: "input[type=number]",
    select: "input[role=combobox]",
    text: "input[type=text], textarea",
    expander: "summary",
    link: "a[href]",
    button: "button",
  };
  const kindOf = (/** @type {Element} */ element) =>
    Object.keys(KINDS).find((kind) => element.matches(KINDS[kind])) ?? "";
  /** @type {Record<string, number>} */
  const counts = {};
  const controls = [];
  const operated = /** @type {HTMLInputElement[]} */ (all("button, input, textarea, summary, a[href]"));
  for (const element of operated) {
    const kind = kindOf(element);
    const key = keyOf(element);
    if (!kind || !key || !visible(element)) continue;
    const place = `${kind} ${key}`;
    const nth = counts[place] ?? 0;
    counts[place] = nth + 1;
    if (element.disabled || element.getAttribute("aria-disabled") === "true") continue;
    if (wanted && wanted.kind === kind && wanted.key === key && wanted.nth === nth) return element;
    const bounds = kind === "number" ? { low: element.min, high: element.max } : {};
    controls.push({ kind, key, nth, ...bounds });
  }
  if (wanted) return null;

  // --- what the widgets show, those in closed boxes too ----------------------------------------

  /** @type {Record<string, string | number | boolean>} */
  const values = {};
  for (const box of all("[class*='st-key-']")) {
    const key = keyOf(box);
    if (key.startsWith("heard_")) continue; // nobody sees it (ui/marks.py)
    const inputs = /** @type {HTMLInputElement[]} */ (all("input, [role=radio]", box));
    const own = inputs.filter((it) => keyOf(it) === key);
    if (own.length === 0) continue;
    const kind = kindOf(own[0]);
    if (kind === "radio") {
      values[key] = own.findIndex((it) => it.checked || it.getAttribute("aria-checked") === "true");
    } else if (kind === "check") values[key] = own[0].checked;
    else if (kind === "slider")
      values[key] = own.map((it) => it.getAttribute("aria-valuetext") ?? it.value).join(" ");
    else if (kind) values[key] = own[0].value;
  }
  const { activeElement } = document;
  const isField = activeElement?.matches("input[type=number], input[type=text], textarea");
  const refused = all("input[aria-invalid=true]").map(keyOf);
  const unsaid = activeElement && isField ? [keyOf(activeElement), ...refused] : refused;
  /** @type {Record<string, boolean>} */
  const expanded = {};
  for (const box of document.querySelectorAll("details")) expanded[keyOf(box)] = box.open;
  /** @type {Record<string, boolean>} */
  const buttons = {};
  for (const button of all("button[data-testid^=stBaseButton]")) {
    if (visible(button)) buttons[keyOf(button)] = !(/** @type {HTMLButtonElement} */ (button).disabled);
  }

  // --- what is drawn ---------------------------------------------------------------------------

  const root = one(".curves");
  const plot = /** @type {any} */ (root?.querySelector(".curves-plot")); // Plotly has left its data there
  const curves = root && {
    run: root.dataset.run,
    state: root.dataset.state,
    points: Number(root.dataset.points),
    traces: (plot.data ?? []).map((/** @type {any} */ { meta, x, y }) => ({
      run: meta.run,
      series: meta.series,
      metric: meta.metric,
      x: Array.from(x),
      y: Array.from(y),
    })),
  };
  const shown = one(".picture[data-index]");
  const rows = shown && !one(".picture-bars", shown)?.hidden ? all(".picture-bars > *", shown) : null;
  const share = (/** @type {HTMLElement} */ row) =>
    Number(one(".picture-bar", row)?.style.getPropertyValue("--picture-share"));
  const picture = shown && {
    index: Number(shown.dataset.index),
    guess: shown.dataset.guess === "" ? null : Number(shown.dataset.guess),
    shares: rows?.map(share) ?? null,
    percents: rows?.map((row) => text(".picture-percent", row)) ?? null,
  };
  /** @type {Record<string, string>} */
  const figures = {};
  for (const box of all("[class*='st-key-result_']")) {
    const figure = text("[data-testid=stMetricValue]", box);
    if (figure !== null) figures[keyOf(box)] = figure;
  }

  // --- every word that the page shows, or tells those who do not see it -------------------------

  const silent = "script, style, noscript, template, code, pre, [data-testid=stIconMaterial]";
  const words = new Set([document.title]);
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const said = nodes.currentNode.textContent?.trim();
    if (said && !nodes.currentNode.parentElement?.closest(silent)) words.add(said);
  }
  const told = [
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
    "aria-placeholder",
    "title",
    "placeholder",
    "alt",
    "data-title",
  ];
  for (const element of all("body *")) {
    if (element.closest(silent)) continue;
    for (const name of told) words.add(element.getAttribute(name) ?? "");
    if (element.matches("input[role=combobox]")) words.add(/** @type {HTMLInputElement} */ (element).value);
  }

  const page = document.documentElement;
  const main = one("[data-testid=stMain]") ?? page;
  words.delete("");
  return {
    url: location.href,
    entry: navigation.currentEntry?.index,
    activity: {
      .../** @type {any} */ (window).walk,
      now: performance.now(),
      ...one("[data-testid=stApp]")?.dataset,
      skeletons: document.querySelectorAll("[data-testid=stSkeleton]").length,
    },
    language: page.lang,
    controls,
    values,
    unsaid,
    expanded,
    buttons,
    curves,
    picture,
    figures,
    classes: all(".problem figcaption").map((it) => it.innerText.trim()),
    differences: text(".st-key-differences"),
    following: one(".st-key-following") !== null,
    problems: all(".st-key-link_problems li").map((it) => it.innerText),
    kind:
      [
        ["about", ".st-key-about"],
        ["lessons", ".st-key-lesson_list, .st-key-lesson_ways"],
        ["", ".st-key-controls"],
      ].find(([, selector]) => document.querySelector(selector))?.[0] ?? null,
    lesson: text(".st-key-lesson_list") === null ? text(".lesson-title") : null,
    exceptions: all("[data-testid=stException]").map((it) => it.innerText),
    words: [...words],
    wider: Math.max(page.scrollWidth - page.clientWidth, main.scrollWidth - main.clientWidth),
  };
};
