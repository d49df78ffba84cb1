"""Pure charts: data goes in, a Plotly figure comes out; nothing here knows a page."""
