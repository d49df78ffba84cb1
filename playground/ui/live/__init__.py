"""What runs tell while they train, told to every browser that watches."""

from playground.ui.live.routes import answers_path, live_routes, stream_path

__all__ = ["answers_path", "live_routes", "stream_path"]
