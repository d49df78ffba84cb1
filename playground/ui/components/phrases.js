// Streamlit's own words and what stands for them in the page's language. It changes nothing on a page.

const PLACE = /\{(\w+)\}/g;

export class Phrases {
  /** @param {Record<string, string>} words By Streamlit's, with `{…}` where values stand. */
  constructor(words = {}) {
    this.words = new Map(Object.entries(words));
    /** @type {[RegExp, string][]} */
    this.patterns = [...this.words]
      .filter(([text]) => text.includes("{"))
      .map(([text, spoken]) => [patternOf(text), spoken]);
  }

  /**
   * Returns the words for Streamlit's; what is none of them stays.
   * @param {string} text
   */
  translated(text) {
    const words = this.words.get(text);
    if (words !== undefined) return words;
    for (const [pattern, spoken] of this.patterns) {
      const values = pattern.exec(text)?.groups;
      if (values) return spoken.replace(PLACE, (_, name) => values[name]);
    }
    return text;
  }

  /**
   * Returns what Streamlit wrote somewhere and what stands there instead.
   * @param {string} now What stands there.
   * @param {[string, string]} [before] What this returned before, if it did: in another language, perhaps.
   * @returns {[string, string]}
   */
  spoken(now, before) {
    const original = before && now === before[1] ? before[0] : now;
    return [original, this.translated(original)];
  }
}

/** @param {string} text */
function patternOf(text) {
  const words = text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${words.replace(PLACE, "(?<$1>.+)")}$`, "s");
}
