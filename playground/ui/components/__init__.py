"""Elements with their own JavaScript, for what Streamlit's own would redraw or blur."""
