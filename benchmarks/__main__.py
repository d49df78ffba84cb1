"""`make bench`: measures the playground, says which targets are held, writes `benchmarks/latest.json`.

`python -m benchmarks [PART …]` measures some parts only and leaves the others' figures in the file
as they were. That a target is not held is a result and no error; a part that breaks is one, after all
others have been measured. `--older FOLDER` measures an earlier version that lies there, to compare with,
and writes nothing.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks import (
    architectures,
    clicks,
    epochs,
    followers,
    giving_way,
    hostile,
    memory,
    visitors,
    workers,
)
from benchmarks.machine import describe_machine, load
from benchmarks.progress import duration
from benchmarks.table import Part, Verdict, format_summary

WITH_OLDER: Final = ("visitors", "followers")
"""Parts in which an earlier version can be measured."""

LATEST: Final = Path(__file__).parent / "latest.json"

PARTS: Final = {
    "epochs": "an epoch: ours, the notebook's, PyTorch's, JAX's, BLAS's",
    "workers": "two workers against one",
    "clicks": "from the click on Train to the first point",
    "visitors": "forty visitors at once",
    "followers": "forty tabs that follow runs, and a store that is slow",
    "giving_way": "a newcomer while two long runs train on two workers",
    "hostile": "an honest visitor among twenty hostile clients",
    "memory": "memory and processor time while nobody is there",
    "architectures": "memory while many architectures are trained, and while sliders are moved",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    options = parse(arguments)
    measurements: dict[str, Callable[[], Part]] = {
        "epochs": partial(epochs.run, options.rounds, options.epochs),
        "workers": partial(workers.run, options.rounds, 3 * options.epochs),
        "clicks": partial(clicks.run, options.clicks),
        "visitors": partial(visitors.run, options.visitors, older=options.older),
        "followers": partial(followers.run, options.followers, older=options.older),
        "giving_way": partial(giving_way.run, 3),
        "hostile": partial(hostile.run, options.hostile),
        "memory": memory.run,
        "architectures": partial(architectures.run, options.architectures, options.slider),
    }
    machine = describe_machine()
    print(f"{machine['cpu']}, {machine['cores']} cores, load {load()}")
    verdicts: list[Verdict] = []
    failed: list[str] = []
    wanted = options.parts or list(PARTS if options.older is None else WITH_OLDER)
    for number, name in enumerate(wanted, 1):
        print(f"\n## {name}: {PARTS[name]}\n", flush=True)
        print(f"Part {number} of {len(wanted)}{last_time(name)}", file=sys.stderr, flush=True)
        before, begin = load(), time.perf_counter()
        try:
            part = measurements[name]()
        except Exception:  # noqa: BLE001 - whatever it was, the other parts can be measured
            traceback.print_exc()
            failed.append(name)
            continue
        taken = time.perf_counter() - begin
        print(f"{part.text}\n({taken:.0f} s; load {before} before, {load()} after)", flush=True)
        verdicts += part.verdicts
        if options.older is not None:
            continue
        write(
            name,
            {
                "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                **machine,
                "seconds": round(taken),
                "load_before": before,
                "load_after": load(),
                "options": {
                    key: value
                    for key, value in vars(options).items()
                    if key not in ("parts", "older")
                },
                "results": part.figures,
                "targets": [verdict.to_dict() for verdict in part.verdicts],
            },
        )
    if verdicts:
        print(f"\n## Targets\n\n{format_summary(verdicts)}")
    if options.older is None:
        print(f"\nWritten to {LATEST.parent.name}/{LATEST.name}.")
    else:
        print(f"\nMeasured in {options.older}, and written nowhere.")
    if failed:
        raise SystemExit(f"Not measured, the reason is above: {', '.join(failed)}")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; a wrong one ends the process with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (all)")
    parser.add_argument("--rounds", type=int, default=3, help="how often training is measured (3)")
    parser.add_argument("--epochs", type=int, default=4, help="epochs a measurement, from 2 (4)")
    parser.add_argument("--clicks", type=int, default=20, help="clicks of each kind (20)")
    parser.add_argument("--visitors", type=int, default=40, help="visitors at once, from 4 (40)")
    parser.add_argument("--followers", type=int, default=40, help="tabs that follow, from 1 (40)")
    parser.add_argument("--hostile", type=int, default=20, help="hostile clients, from 1 (20)")
    parser.add_argument("--architectures", type=int, default=60, help="so many of them (60)")
    parser.add_argument("--slider", type=int, default=600, help="seconds of dragging one (600)")
    parser.add_argument(
        "--older",
        type=Path,
        metavar="FOLDER",
        help="measure the version that lies there, from before pages had a websocket for their runs",
    )
    options = parser.parse_args(arguments)
    known = list(PARTS) if options.older is None else WITH_OLDER
    for part in options.parts:
        if part not in known:
            parser.error(f"received {part!r}, expected one of {', '.join(known)}")
    if options.older is not None and not (options.older / "streamlit_app.py").is_file():
        parser.error(f"--older: received {options.older}, expected a folder with streamlit_app.py")
    least_of = {
        "rounds": 1,
        "epochs": 2,
        "clicks": 1,
        "visitors": 4,
        "followers": 1,
        "hostile": 1,
        "architectures": 1,
        "slider": 0,
    }
    for name, least in least_of.items():
        if (value := getattr(options, name)) < least:
            parser.error(f"--{name}: received {value}, expected {least} or more")
    return options


def last_time(name: str) -> str:
    """Return how long a part took when it was measured last, in words; empty if it is not known."""
    try:
        seconds = json.loads(LATEST.read_text())["parts"][name]["seconds"]
    except (FileNotFoundError, ValueError, KeyError):
        return ""
    return f"; last time it took {duration(seconds)}"


def write(name: str, measured: dict[str, Any]) -> None:
    """Put a part's figures into the file; the other parts' stay as they are."""
    try:
        parts = json.loads(LATEST.read_text())["parts"]
    except (FileNotFoundError, ValueError, KeyError):
        parts = {}
    parts[name] = measured
    in_order = {key: parts[key] for key in PARTS if key in parts}
    LATEST.write_text(json.dumps({"parts": in_order}, indent=2) + "\n")


if __name__ == "__main__":
    main()
