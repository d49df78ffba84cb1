// Keeps what a learner has done in this browser: no account, nothing on the server.

const KEY = "playground-lessons";

/** @param {FrontendRendererArgs<{write: boolean, notes?: object}>} args */
export default function ({ data, setStateValue }) {
  let kept = null;
  try {
    kept = localStorage.getItem(KEY);
  } catch {
    // A browser that keeps nothing: the notes live as long as the page.
  }
  if (data.write) {
    const known = JSON.stringify(data.notes);
    try {
      if (kept !== known) localStorage.setItem(KEY, known);
    } catch {
      // As above.
    }
  } else {
    setStateValue("stored", kept ?? "");
  }
}
