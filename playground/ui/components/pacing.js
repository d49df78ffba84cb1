// Draws at the browser's next frame, however often it is asked to. A drawing is followed by a rest several times
// as long: on a slow machine and with many curves too, the page stays free for its reader, and the processor for
// the training on the same machine.

const REST = 4; // times as long as the drawing took
const LONGEST_REST = 400; // milliseconds

export class PacedDrawing {
  /** @param {() => boolean} draw Returns whether it has to be called again. */
  constructor(draw) {
    this.draw = draw;
    this.frame = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.rest = undefined;
    this.restsUntil = 0;
  }

  // Has it drawn soon; asked again before that, it draws once.
  ask() {
    if (this.frame || this.rest !== undefined) return;
    const rest = this.restsUntil - performance.now();
    if (rest > 0) this.rest = setTimeout(() => this.askFrame(), rest);
    else this.askFrame();
  }

  askFrame() {
    this.rest = undefined;
    this.frame = requestAnimationFrame(() => this.run());
  }

  run() {
    this.frame = 0;
    const began = performance.now();
    const isLeft = this.draw();
    const ended = performance.now();
    this.restsUntil = ended + Math.min(REST * (ended - began), LONGEST_REST);
    if (isLeft) this.ask();
  }

  // Draws what there is at once: nothing more will come.
  finish() {
    this.cancel();
    this.run();
  }

  cancel() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    this.frame = 0;
    this.rest = undefined;
  }
}
