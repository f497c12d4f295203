"""Running the web application or a worker; and the door: how much a connection may send, how slowly, how many come."""

from parindex.api.shared.hosts import loopback
from parindex.serving.running import (
    configuration,
    listen,
    serve,
    spare_the_collector,
    stop_as_when_interrupted,
    work,
)

__all__ = ["configuration", "listen", "loopback", "serve", "spare_the_collector", "stop_as_when_interrupted", "work"]
