"""A real Redis server for the tests of what campaigns share: Debian's, on a socket of its own.

Where there is none these tests are skipped with a reason; with ``SMCHECK_REDIS=required`` they
fail instead.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_BOUND_S = 60.0


def redis_server() -> str:
    """Return the path of the server; skip without one, or fail where it is required."""
    found = shutil.which("redis-server", path=f"{os.environ.get('PATH', '')}:/usr/bin")
    if found is not None:
        return found
    why = "expected redis-server on PATH, found none: apt-get install redis-server"
    if os.environ.get("SMCHECK_REDIS") == "required":
        pytest.fail(why)
    pytest.skip(why)


@dataclass
class RedisHere:
    """A server that listens at a socket of the file system and nowhere else."""

    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.folder / "redis.sock"

    @property
    def address(self) -> str:
        """As ``--database`` has it."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    redis_server(), "--port", "0", "--unixsocket", str(self.socket),
                    "--save", "", "--appendonly", "no", "--dir", str(self.folder),
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        until = time.monotonic() + _BOUND_S
        while not self._answers():
            assert time.monotonic() < until, (self.folder / "redis.log").read_text()
            time.sleep(0.02)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as way:
            try:
                way.connect(str(self.socket))
                way.sendall(b"PING\r\n")
                return way.recv(16) == b"+PONG\r\n"
            except OSError:
                return False

    def end(self) -> None:
        """End it, as a computer does that loses its power."""
        self.process.kill()
        self.process.wait()


@contextmanager
def redis_here(folder: Path) -> Iterator[RedisHere]:
    """Have a server for as long as the block runs."""
    server = RedisHere(folder)
    server.start()
    try:
        yield server
    finally:
        server.end()
