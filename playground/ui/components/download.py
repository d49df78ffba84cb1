"""A text to be saved as a file: a link that holds it, so that it works while the server is away.

Streamlit's own download button turns into an error once the connection was lost (1.67), and stays one.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from playground.ui.components.files import script, style

_HTML: Final = '<a class="download"></a>'

_mount = st.components.v2.component(
    "download", html=_HTML, css=style("download"), js=script("download"), isolate_styles=False
)


def show_download(label: str, text: str, *, file_name: str, mime: str, key: str) -> None:
    """Draw the link.

    Args:
        label: its words.
        text: what the file holds; the browser gets it in any case, so it is short.
        file_name: what the file is called.
        mime: its media type, as in "text/csv".
        key: its name on the page.
    """
    _mount(key=key, data={"label": label, "text": text, "file_name": file_name, "mime": mime})
