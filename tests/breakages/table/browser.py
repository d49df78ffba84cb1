"""What the browser does: the pages' scripts and styles, broken on purpose."""

from typing import Final

from tests.breakages.breakage import Breakage

_BROWSER: Final = "tests/browser"
_FILES: Final = "playground/ui/components"
_NODE: Final = "tests/ui/test_javascript.py::test_a_module_passes_its_tests"

BREAKAGES: Final = (
    Breakage(
        name="bars-stay-as-they-are-while-a-network-learns",
        file=f"{_FILES}/picture.js",
        text='.style.setProperty("--picture-share", String(share));',
        instead='.style.setProperty("--picture-share", String(data.answer.probabilities?.[number] ?? 0));',
        tests=(
            f"{_BROWSER}/test_pictures.py::test_the_bars_follow_a_network_that_learns_and_nothing_is_drawn_anew",
        ),
    ),
    Breakage(
        name="lost-answer-is-not-asked-for-again",
        file=f"{_FILES}/picture.js",
        text="      this.retry = setTimeout(() => this.ask(run), AGAIN);\n",
        instead="",
        tests=(f"{_BROWSER}/test_pictures.py::test_an_answer_that_was_lost_is_asked_for_again",),
    ),
    Breakage(
        name="drawing-takes-all-the-time-there-is",
        file=f"{_FILES}/pacing.js",
        text="const REST = 4;",
        instead="const REST = 0;",
        tests=(_NODE,),
    ),
    Breakage(
        name="points-are-drawn-twice",
        file=f"{_FILES}/line.js",
        text="    this.tail = this.tail.filter((event) => event.seq > seq);\n",
        instead="",
        tests=(f"{_BROWSER}/test_training.py::test_the_notebooks_network_is_trained_live",),
    ),
    Breakage(
        name="test-curve-grows-with-training-values",
        file=f"{_FILES}/line.js",
        text="event[`val_${metric}`]",
        instead="event[metric]",
        tests=(f"{_BROWSER}/test_training.py::test_the_notebooks_network_is_trained_live",),
    ),
    Breakage(
        name="lost-connection-is-not-opened-again",
        file=f"{_FILES}/stream.js",
        text="    this.again = setTimeout(() => this.say(), REOPEN_AFTER * Math.max(1, this.losses));\n",
        instead="",
        tests=(
            f"{_BROWSER}/test_keeping.py::test_a_server_that_is_killed_and_comes_back_costs_neither_a_run_nor_the_stream_nor_the_table",
        ),
    ),
    Breakage(
        name="every-run-is-told-to-every-follower",
        file=f"{_FILES}/stream.js",
        text="if (follower.run === run) follower.receive(message);",
        instead="follower.receive(message);",
        tests=(
            f"{_BROWSER}/test_beside.py::test_a_run_beside_is_followed_when_the_shown_one_is_over",
        ),
    ),
    Breakage(
        name="who-knows-less-of-a-run-is-never-told-it",
        file=f"{_FILES}/stream.js",
        text="Math.min(before, after)",
        instead="Math.max(before, after)",
        tests=(_NODE,),
    ),
    Breakage(
        name="connection-that-failed-is-not-tried-by-who-comes-next",
        file=f"{_FILES}/stream.js",
        text="    clearTimeout(this.again);\n    this.hasFailed = false;\n",
        instead="    clearTimeout(this.again);\n",
        tests=(_NODE,),
    ),
    Breakage(
        name="numbers-of-runs-stay-where-their-lines-were",
        file=f"{_FILES}/figure.js",
        text='meta.series === "end" ? 1 : -1',
        instead="-1",
        tests=(_NODE,),
    ),
    Breakage(
        name="runs-beside-do-not-grow",
        file=f"{_FILES}/curves.js",
        text="if (stream && run && !OVER.has(state)) wanted.add(run);",
        instead="if (stream && run === this.run && !OVER.has(state)) wanted.add(run);",
        tests=(
            f"{_BROWSER}/test_beside.py::test_a_run_beside_is_followed_when_the_shown_one_is_over",
        ),
    ),
    Breakage(
        name="zoom-is-lost-when-a-run-is-taken-off",
        file=f"{_FILES}/figure.js",
        text="    if (shown && isZoomed(this.range, shown)) axis.range = [...shown];\n",
        instead="    if (shown && isZoomed(this.range, shown) && !this.isDrawn) axis.range = [...shown];\n",
        tests=(
            f"{_BROWSER}/test_beside.py::test_what_is_taken_off_leaves_the_zoom_alone_and_can_be_put_back",
        ),
    ),
    Breakage(
        name="end-of-an-epoch-is-not-spoken",
        file=f"{_FILES}/curves.js",
        text="    if (end.epoch <= this.spoken) return;\n",
        instead="    if (end.epoch >= this.spoken) return;\n",
        tests=(
            f"{_BROWSER}/test_accessibility.py::test_a_reader_that_does_not_see_is_told_how_epochs_end",
        ),
    ),
    Breakage(
        name="keys-do-nothing-while-a-slider-has-the-focus",
        file=f"{_FILES}/keys.js",
        text='  window.addEventListener("keydown", passOn, { capture: true });\n',
        instead="",
        tests=(f"{_BROWSER}/test_keys.py::test_every_key_works_while_a_slider_has_the_focus",),
    ),
    Breakage(
        name="softmax-does-not-add-up-to-one",
        file=f"{_FILES}/scores.js",
        text="powers.map((power) => power / sum)",
        instead="powers.map((power) => power)",
        tests=(
            f"{_BROWSER}/test_lessons.py::test_ten_scores_become_probabilities_as_softmax_does_it",
        ),
    ),
    Breakage(
        name="swipe-over-a-slider-changes-it",
        file=f"{_FILES}/touch.js",
        text='  if (about !== "along") target?.dispatchEvent(down);\n',
        instead="  target?.dispatchEvent(down);\n",
        tests=(f"{_BROWSER}/test_touch.py::test_a_swipe_scrolls_the_page_and_changes_nothing",),
    ),
    Breakage(
        name="page-is-dead-after-its-server-was-started-anew",
        file=f"{_FILES}/streamlit_page.js",
        text="    if (wasLost && !isLost) back();\n",
        instead="",
        tests=(
            f"{_BROWSER}/test_keeping.py::test_a_server_that_is_killed_and_comes_back_costs_neither_a_run_nor_the_stream_nor_the_table",
        ),
    ),
    Breakage(
        name="controls-vanish-in-forced-colours",
        file="playground/ui/style/contrast.css",
        text="div:first-child {\n    background: CanvasText !important;\n",
        instead="div:first-child {\n    background: transparent !important;\n",
        tests=(
            f"{_BROWSER}/test_contrast.py::test_every_control_and_bar_of_the_playground_is_seen",
        ),
    ),
    Breakage(
        name="columns-do-not-wrap",
        file="playground/ui/style/frame.css",
        text="min-width: min(100%, 17.5rem);",
        instead="min-width: 0;",
        tests=(f"{_BROWSER}/test_widths.py::test_the_playground_fits",),
    ),
)
