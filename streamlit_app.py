"""The entry: `streamlit run streamlit_app.py`.

The server imports this file once, for the app with its routes; for every visitor Streamlit runs it
again as a script, which draws the page.
"""

import streamlit as st

from playground.ui.server import lifespan, middleware, routes
from playground.ui.shell import show_app, show_bug

if __name__ == "__main__":
    show_app()
else:
    app = st.App(
        __file__,
        routes=routes(),
        middleware=middleware(),
        lifespan=lifespan,
        on_script_error=show_bug,
    )
