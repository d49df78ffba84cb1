"""Finds what the app uses of its libraries beside their documented interfaces: `python -m tests.private_uses`.

Each library has one module that may do so (`PRIVATE`). Elsewhere an import of anything but `DOCUMENTED`, a name
with an underscore that nothing of ours has, and what is listed in `UNDOCUMENTED` is a finding.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent

PRIVATE: Final = (
    "playground/ui/streamlit_private/",
    "playground/engine/dask_private.py",
    "playground/engine/keras_private.py",
    "playground/ui/components/streamlit_page.js",
    "playground/ui/components/plotly_private.js",
    "playground/ui/style/",
)
"""What may use private interfaces: a module or a folder for each library."""

DOCUMENTED: Final[dict[str, frozenset[str] | None]] = {
    "streamlit": frozenset(),
    "dask": frozenset(),
    "distributed": frozenset(
        {
            *("Client", "Future", "KilledWorker", "LocalCluster", "Scheduler", "SchedulerPlugin"),
            *("Security", "Status", "Worker", "get_worker"),
        }
    ),
    "keras": None,
    "tensorflow": None,
    "plotly.graph_objects": None,
}
"""What may be imported of the libraries that this is about, and which names from it; None for all."""

LIBRARIES: Final = frozenset(
    {name.partition(".")[0] for name in DOCUMENTED} | {"google", "uvicorn", "websockets"}
)

UNDOCUMENTED: Final = (
    *(
        "st.runtime",
        "st.web",
        "st.elements",
        "st.navigation.page",
        "st.delta_generator",
        "st.watcher",
    ),
    *("st.proto", "st.net_util", ".is_history_navigation", ".uses_pages_directory"),
    *(".page_script_hash", ".fragment_id_queue", ".max_message_size"),
    *(".scheduler_comm", ".http_server", ".get_connection_args", "scheduler.plugins"),
    *("scheduler.extensions", "worker.extensions", "worker.metrics", ".state.tasks"),
    *("scheduler.gather", "scheduler.subscribe_topic", "scheduler.unsubscribe_topic"),
    *("keras.src", "tf.python", "tensorflow.python"),
)
"""What has no underscore and stands in no documentation either, as it ends."""

IN_A_BROWSER: Final = re.compile(
    r"data-test[\w-]*|\.st[A-Z]\w*|static/js|(?<!this)\._[a-z]\w*|js-plotly-\w+|main-svg"
)
"""What is Streamlit's or Plotly's own in the browser: attributes, classes, places, names."""

_SILENCED: Final = re.compile(r"# noqa: [\w, ]*SLF")


def findings(files: Iterable[Path], root: Path) -> list[str]:
    """Return what is found in files below `root`, a line each."""
    read = {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}
    trees = {name: ast.parse(text) for name, text in read.items() if name.endswith(".py")}
    ours = {name for tree in trees.values() for name in _names(tree)}
    found = []
    for name, text in read.items():
        if name.startswith(PRIVATE):
            continue
        seen = _in_python(trees[name], text, ours) if name in trees else _in_browser(text)
        found += [f"{name}:{line}: {what}" for line, what in sorted(set(seen))]
    return found


def _names(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module gives to anything: functions, classes, variables, attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


def _in_python(tree: ast.Module, text: str, ours: set[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if _SILENCED.search(line):
            yield number, "a silenced SLF: reaches into another's private parts"
    typing_only = set(_only_for_types(tree))
    for node in ast.walk(tree):
        if node not in typing_only:
            found = (*_imported(node), *_reached(node, ours), *_reached_by_name(node, ours))
            yield from ((getattr(node, "lineno", 0), what) for what in found)


def _imported(node: ast.AST) -> Iterator[str]:
    """Yield what a node imports that is not documented."""
    match node:
        case ast.Import(names=names):
            yield from (f"import {it.name}" for it in names if not _is_documented(it.name))
        case ast.ImportFrom(module=str(module), names=names, level=0):
            for it in names:
                if not _is_documented(module, it.name):
                    yield f"from {module} import {it.name}"
        case ast.Call(func=function, args=[ast.Constant(value=str(module)), *_]):
            is_import = ast.unparse(function).endswith(("import_module", "__import__"))
            if is_import and not _is_documented(module):
                yield ast.unparse(node)


def _reached(node: ast.AST, ours: set[str]) -> Iterator[str]:
    """Yield a node that reaches for what is not documented."""
    if not isinstance(node, ast.Attribute):
        return
    is_python = isinstance(node.value, ast.Name) and node.value.id in sys.stdlib_module_names
    whole = ast.unparse(node)
    if (_is_private(node.attr, ours) and not is_python) or _is_undocumented(whole):
        yield whole


def _reached_by_name(node: ast.AST, ours: set[str]) -> Iterator[str]:
    """Yield a node that reaches for a private name with a function of Python's."""
    match node:
        case ast.Call(
            func=ast.Name(id="getattr" | "setattr" | "hasattr"),
            args=[_, ast.Constant(value=name), *_],
        ) if _is_private(str(name), ours):
            yield ast.unparse(node)


def _only_for_types(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield all that is never run: what stands below `if TYPE_CHECKING`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for statement in node.body:
                yield from ast.walk(statement)


def _is_documented(module: str, name: str | None = None) -> bool:
    """Return whether a module, or one name from it, may be imported anywhere."""
    if module.partition(".")[0] not in LIBRARIES:
        return True
    if module not in DOCUMENTED:
        return False
    names = DOCUMENTED[module]
    return name is None or names is None or name in names


def _is_private(name: str, ours: set[str]) -> bool:
    return name.startswith("_") and not name.endswith("__") and name not in ours


def _is_undocumented(whole: str) -> bool:
    """Return whether an expression ends with what is undocumented."""
    return any(
        whole.endswith(it)
        if it.startswith(".")
        else re.search(rf"(?:^|[._]){re.escape(it)}$", whole)
        for it in UNDOCUMENTED
    )


def _in_browser(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        yield from ((number, found) for found in IN_A_BROWSER.findall(line))


def app_files() -> list[Path]:
    """Return the app's own code."""
    folder = ROOT / "playground"
    lessons = folder / "lessons" / "content"  # scripts for learners
    python = [it for it in folder.rglob("*.py") if lessons not in it.parents]
    browser = [*(folder / "ui").glob("components/*.js"), *(folder / "ui").glob("components/*.css")]
    return [*python, *browser, *(ROOT / "pages").glob("*.py"), ROOT / "streamlit_app.py"]


def main() -> None:
    """Say what is found, and fail if there is anything."""
    found = findings(app_files(), ROOT)
    for line in found:
        sys.stdout.write(f"{line}\n")
    if found:
        where = ", ".join(PRIVATE)
        sys.exit(f"Private interfaces are used in these modules only: {where}. Put them there.")


if __name__ == "__main__":
    main()
