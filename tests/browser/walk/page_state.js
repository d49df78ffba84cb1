// Reads a page as it stands: what can be operated, what the widgets and the drawings show, every word.
// With a wanted control ({ kind, key, nth }) it returns that element, or null. It changes nothing.

(wanted) => {
  const visible = (element) =>
    element.getClientRects().length > 0 &&
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // A run's name at the end of a key is left out: where a walk is walked again it is another one.
  const keyOf = (element) => {
    const names = [...(element.closest("[class*='st-key-']")?.classList ?? [])];
    const name = names.find((it) => it.startsWith("st-key-")) ?? "";
    return name.slice(7).replace(/_([0-9a-f]{8}|[0-9a-f]{32})$/, "_*");
  };
  const text = (selector, root = document) => root.querySelector(selector)?.innerText.trim() ?? null;

  // --- what can be operated --------------------------------------------------------------------

  // Where several fit, the first one counts. What opens a menu is a part of the menu.
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
  const kindOf = (element) =>
    Object.keys(KINDS).find((kind) => element.matches(KINDS[kind])) ?? "";
  const counts = {};
  const controls = [];
  for (const element of document.querySelectorAll("button, input, textarea, summary, a[href]")) {
    const kind = kindOf(element);
    const key = keyOf(element);
    if (!kind || !key || !visible(element)) continue;
    const place = `${kind} ${key}`;
    const nth = (counts[place] = (counts[place] ?? -1) + 1);
    if (element.disabled || element.getAttribute("aria-disabled") === "true") continue;
    const control = { kind, key, nth };
    if (wanted && Object.keys(wanted).every((name) => wanted[name] === control[name])) return element;
    if (kind === "number") Object.assign(control, { low: element.min, high: element.max });
    controls.push(control);
  }
  if (wanted) return null;

  // --- what the widgets show, those in closed boxes too ----------------------------------------

  const values = {};
  for (const box of document.querySelectorAll("[class*='st-key-']")) {
    const key = keyOf(box);
    if (key.startsWith("heard_")) continue; // nobody sees it (ui/marks.py)
    const own = [...box.querySelectorAll("input, [role=radio]")].filter((it) => keyOf(it) === key);
    if (own.length === 0) continue;
    const kind = kindOf(own[0]);
    if (kind === "radio") {
      const chosen = (it) => it.checked || it.getAttribute("aria-checked") === "true";
      values[key] = own.findIndex(chosen);
    } else if (kind === "check") values[key] = own[0].checked;
    else if (kind === "slider") values[key] = own.map((it) => it.getAttribute("aria-valuetext") ?? it.value).join(" ");
    else if (kind) values[key] = own[0].value;
  }
  const field = document.activeElement?.matches("input[type=number], input[type=text], textarea");
  const refused = [...document.querySelectorAll("input[aria-invalid=true]")].map(keyOf);
  const unsaid = field ? [keyOf(document.activeElement), ...refused] : refused;
  const expanded = {};
  for (const box of document.querySelectorAll("details")) expanded[keyOf(box)] = box.open;
  const buttons = {};
  for (const button of document.querySelectorAll("button[data-testid^=stBaseButton]")) {
    if (visible(button)) buttons[keyOf(button)] = !button.disabled;
  }

  // --- what is drawn ---------------------------------------------------------------------------

  const root = document.querySelector(".curves");
  const curves = root && {
    run: root.dataset.run,
    state: root.dataset.state,
    points: Number(root.dataset.points),
    traces: (root.querySelector(".curves-plot").data ?? []).map(({ meta, x, y }) => ({
      run: meta.run,
      series: meta.series,
      metric: meta.metric,
      x: Array.from(x),
      y: Array.from(y),
    })),
  };
  const shown = document.querySelector(".picture[data-index]");
  const bars = shown?.querySelector(".picture-bars");
  const share = (row) => getComputedStyle(row.querySelector(".picture-bar")).getPropertyValue("--picture-share");
  const picture = shown && {
    index: Number(shown.dataset.index),
    guess: shown.dataset.guess === "" ? null : Number(shown.dataset.guess),
    shares: bars.hidden ? null : [...bars.children].map((row) => Number(share(row))),
    percents: bars.hidden ? null : [...bars.children].map((row) => text(".picture-percent", row)),
  };
  const figures = {};
  for (const box of document.querySelectorAll("[class*='st-key-result_']")) {
    const figure = text("[data-testid=stMetricValue]", box);
    if (figure !== null) figures[keyOf(box)] = figure;
  }

  // --- every word that the page shows, or tells those who do not see it -------------------------

  const silent = "script, style, noscript, template, code, pre, [data-testid=stIconMaterial]";
  const words = new Set([document.title]);
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const said = nodes.currentNode.textContent.trim();
    if (said && !nodes.currentNode.parentElement.closest(silent)) words.add(said);
  }
  const told = ["aria-label", "aria-description", "aria-roledescription", "aria-valuetext",
    "aria-placeholder", "title", "placeholder", "alt", "data-title"];
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest(silent)) continue;
    for (const name of told) if (element.getAttribute(name)) words.add(element.getAttribute(name));
    if (element.matches("input[role=combobox]")) words.add(element.value);
  }

  const page = document.documentElement;
  const main = document.querySelector("[data-testid=stMain]") ?? page;
  return {
    url: location.href,
    entry: navigation.currentEntry.index,
    activity: {
      ...window.walk,
      now: performance.now(),
      ...document.querySelector("[data-testid=stApp]")?.dataset,
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
    classes: [...document.querySelectorAll(".problem figcaption")].map((it) => it.innerText.trim()),
    differences: text(".st-key-differences"),
    following: document.querySelector(".st-key-following") !== null,
    problems: [...document.querySelectorAll(".st-key-link_problems li")].map((it) => it.innerText),
    kind: [
      ["about", ".st-key-about"],
      ["lessons", ".st-key-lesson_list, .st-key-lesson_ways"],
      ["", ".st-key-controls"],
    ].find(([, selector]) => document.querySelector(selector))?.[0] ?? null,
    lesson: text(".st-key-lesson_list") === null ? text(".lesson-title") : null,
    exceptions: [...document.querySelectorAll("[data-testid=stException]")].map((it) => it.innerText),
    words: [...words],
    wider: Math.max(page.scrollWidth - page.clientWidth, main.scrollWidth - main.clientWidth),
  };
}
