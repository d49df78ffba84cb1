"""What the playground is, where its pictures come from, and what it is built with."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Final

import streamlit as st

import playground
from playground.core.dataset import DATASETS
from playground.ui.language import _

_PARTS: Final = ("streamlit", "keras", "tensorflow", "plotly", "numpy", "dask")


def show_about() -> None:
    """Draw the page's four short sections."""
    with st.container(key="about", width=760):
        _show_section(
            _("What happens when you press Train"),
            _(
                "A process beside this page builds the network in Keras and calls its own `fit` on "
                "all the pictures you chose. Every point of the curves is a value that Keras "
                "reported, and the test values come from all test pictures after each epoch, or from "
                "the validation pictures where you hold some out."
            ),
            _(
                "The seed decides the first weights and the order of the pictures. The same settings "
                "with the same seed give the same curve on the same kind of machine."
            ),
        )
        _show_section(
            _("The pictures"),
            " ".join(
                [
                    *(_(dataset.credit) for dataset in DATASETS.values()),
                    _("All come with the program; nothing is fetched from the internet."),
                ]
            ),
        )
        _show_section(
            _("What is kept"),
            _(
                "There is no account. This server keeps the latest runs, over a restart too. Whoever "
                "has a run's link can see it; only the browser that began it, known by a cookie "
                "with a random name, can pause and stop it."
            ),
            _("Your progress through the lessons stays in your browser."),
        )
        _show_section(_("Built with"), _versions())


def _show_section(title: str, *paragraphs: str) -> None:
    st.subheader(title, anchor=False)
    for paragraph in paragraphs:
        st.write(paragraph)


def _versions() -> str:
    names = [f"Playground {playground.__version__}"]
    for part in _PARTS:
        # TensorFlow's build for processors alone has another name and the same version.
        for package in (part, f"{part}-cpu"):
            try:
                names.append(f"{part} {version(package)}")
                break
            except PackageNotFoundError:
                continue
    return " · ".join(names)
