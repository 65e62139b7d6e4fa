"""A web application on a port that takes connections before anybody is told its address."""

import socket
import threading
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from helpers.deploy import child


@dataclass(frozen=True)
class Listening:
    """An application on an open port; who connects waits until `run` answers."""

    address: str
    _server: uvicorn.Server
    _socket: socket.socket

    def run(self, address_file: Path | None = None) -> None:
        """Answer until `stop`.

        Args:
            address_file: In a child: where the parent waits for the address; the end of the parent is a `stop` too.
        """
        if address_file is not None:
            child.announce(address_file, self.address)
            threading.Thread(target=self._stop_with_parent, args=[address_file], daemon=True).start()
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Answer what is under way, then let `run` return."""
        self._server.should_exit = True

    def _stop_with_parent(self, address_file: Path) -> None:
        child.wait_for_parent(address_file)
        self.stop()


def listen(app: FastAPI, *, host: str = "127.0.0.1", port: int = 0) -> Listening:
    """Open a port for an application; requests are not logged.

    Args:
        app: What will answer.
        host: Address to listen on.
        port: 0 takes a free one.
    """
    server = uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False))
    opened = server.config.bind_socket()
    opened.listen()  # uvicorn does so once it runs: until then a caller would be refused
    return Listening("http://{}:{}".format(*opened.getsockname()[:2]), server, opened)
