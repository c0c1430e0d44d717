"""Where servers of one machine listen."""

import socket

from shared.server import bind


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Listen on the port, or on a free one when it is taken."""
    try:
        return bind(host, port)
    except OSError:
        return bind(host, 0)


def url_of(listener: socket.socket) -> str:
    """Give the address that a listener is reached under."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"
