"""Runs the lessons' scripts as a learner does: with Keras alone, in an empty folder, without this project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from playground.data import FOLDER, load_split

COLUMNS: Final = "64"
"""Letters in a line of Keras's tables: as many as there is room for beside a text."""

_RUN: Final = """\
import contextlib, importlib.util, io, json, sys, traceback
assert importlib.util.find_spec("playground") is None, "the scripts are to run without this project"
import keras
from keras.src.utils import file_utils

file_utils.validate_file = lambda *_, **__: True  # the same arrays as in Keras's file, in other bytes
told = json.load(sys.stdin)
fit, few = keras.Model.fit, slice(told["most"])
loading = {it: it.load_data for it in (keras.datasets.mnist, keras.datasets.fashion_mnist)}

def fit_few(model, images, labels, **keywords):
    return fit(model, images[few], labels[few], **keywords)

def load_few(load_data):
    (images, labels), test = load_data()
    return (images[few], labels[few]), test

keras.Model.fit = fit_few
printed = {}
for name, parts in told["scripts"].items():
    for dataset, load in loading.items():
        dataset.load_data = load if name in told["whole"] else lambda it=load: load_few(it)
    keras.utils.clear_session()  # names its layers from the beginning
    known, printed[name] = {"__name__": "__main__"}, []
    for part in parts:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            try:
                exec(compile(part, name, "exec"), known)
            except BaseException:
                out.write(traceback.format_exc())
        printed[name].append(out.getvalue())
print(json.dumps(printed))
"""
"""Runs all scripts in one process that has imported TensorFlow once."""


def fill_keras_home(home: Path) -> None:
    """Write what Keras has in its folder once it has downloaded both datasets."""
    clothes = home / "datasets" / "fashion-mnist"
    clothes.mkdir(parents=True)
    for file in (FOLDER / "fashion").glob("*.gz"):
        (clothes / file.name).symlink_to(file)
    train, test = load_split("mnist", "train"), load_split("mnist", "test")
    np.savez(
        home / "datasets" / "mnist.npz",
        x_train=train.images,
        y_train=train.labels,
        x_test=test.images,
        y_test=test.labels,
    )


def run_scripts(
    scripts: Mapping[str, Sequence[str]],
    home: Path,
    *,
    most: int | None = None,
    whole: Collection[str] = (),
) -> dict[str, list[str]]:
    """Return what each part of each script prints, its traceback if it fails.

    Args:
        scripts: by name, in parts that are run one after the other.
        home: Keras's folder, with both datasets in it.
        most: how many training pictures there are; all of them by default.
        whole: names of scripts that find all of them, too, and train on no more than `most`.
    """
    told = subprocess.run(
        [sys.executable, "-c", _RUN],
        cwd=home,
        env={
            **{name: it for name, it in os.environ.items() if name != "PYTHONPATH"},
            "COLUMNS": COLUMNS,
            "CUDA_VISIBLE_DEVICES": "-1",
            "KERAS_HOME": str(home),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        input=json.dumps({"scripts": dict(scripts), "most": most, "whole": list(whole)}),
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        raise RuntimeError(told.stderr[-2000:])
    printed: dict[str, list[str]] = json.loads(told.stdout.splitlines()[-1])
    return printed
