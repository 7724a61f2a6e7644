"""Where a cluster is, and how to speak to it: the words of the command line, read and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from smcheck.errors import UsageError

_ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:\d{1,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A cluster.

    Attributes:
        address: Of the scheduler, such as ``tls://host:8786``.
        ca_file: Certificates that are trusted; this and the next two are those of Dask's
            configuration unless given.
        cert: Certificate of this side.
        key: Its private key.
    """

    address: str
    ca_file: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.address):
            raise UsageError(
                f"--cluster: expected the address of a Dask scheduler such as tcp://host:8786 or "
                f"tls://host:8786, got {self.address!r}: write the protocol, the host and the port"
            )
        for option, path in self.tls.items():
            if not path.is_file():
                raise UsageError(
                    f"{option}: expected a file in PEM format, found none at {path}: check the path"
                )

    @property
    def tls(self) -> dict[str, Path]:
        """The files that were given, by option."""
        files = {"--tls-ca-file": self.ca_file, "--tls-cert": self.cert, "--tls-key": self.key}
        return {option: path for option, path in files.items() if path is not None}

    @property
    def is_encrypted(self) -> bool:
        """Whether nothing may go over the wire in the clear."""
        return self.address.startswith("tls:")
