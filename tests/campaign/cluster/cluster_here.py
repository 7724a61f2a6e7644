"""A real Dask cluster on loopback: a scheduler and workers as processes, with TLS where wanted."""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[3]
BOUND_S = 120.0
"""For so long something is waited for before the test fails."""


def wait_until(is_so: Callable[[], object], what: str, *, bound_s: float = BOUND_S) -> None:
    """Wait for a condition."""
    until = time.monotonic() + bound_s
    while not is_so():
        assert time.monotonic() < until, f"waited {bound_s:.0f} s in vain for {what}"
        time.sleep(0.05)


def environment(variables: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return the environment of a process that finds smcheck, with some more in it."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
    return {**os.environ, "PYTHONPATH": path, **variables}


@dataclass(frozen=True)
class Certificates:
    """One certificate for everybody, that is its own authority."""

    cert: Path
    key: Path

    @classmethod
    def make(cls, folder: Path) -> Certificates:
        """Make one for loopback, good for an hour."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "smcheck tests")])
        now = datetime.datetime.now(tz=datetime.UTC)
        loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        cert = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=5))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        made = cls(folder / "cert.pem", folder / "key.pem")
        made.cert.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
        made.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )  # fmt: skip
        return made

    @property
    def options(self) -> list[str]:
        """As Dask's commands and smcheck have them."""
        return [
            "--tls-ca-file", str(self.cert), "--tls-cert", str(self.cert),
            "--tls-key", str(self.key),
        ]  # fmt: skip


@dataclass
class ClusterHere:
    """The processes of a cluster."""

    folder: Path
    certificates: Certificates | None
    scheduler: subprocess.Popen[bytes] = field(init=False)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    address: str = ""
    configured: dict[str, str] = field(default_factory=dict)

    @property
    def tls(self) -> list[str]:
        """The options that a client needs."""
        return self.certificates.options if self.certificates else []

    @property
    def files(self) -> tuple[Path, ...]:
        """The same, as a place has them."""
        made = self.certificates
        return (made.cert, made.cert, made.key) if made else ()

    def start_scheduler(self) -> None:
        """Start it and wait for its address."""
        file = self.folder / "scheduler.json"
        protocol = "tls" if self.certificates else "tcp"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--protocol", protocol,
            "--no-dashboard", "--scheduler-file", str(file),
            variables=self.configured,
        )  # fmt: skip
        wait_until(lambda: file.exists() and file.read_bytes(), "the scheduler")
        self.address = json.loads(file.read_bytes())["address"]

    def start_worker(
        self, *, cwd: Path = ROOT, variables: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.Popen[bytes]:
        """Start a worker with one slot, without anybody who would start it again."""
        process = self._start(
            "worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny",
            "--no-dashboard", "--memory-limit", "0", "--local-directory", str(self.folder),
            cwd=cwd, variables=variables,
        )  # fmt: skip
        self.workers.append(process)
        return process

    def _start(
        self, *words: str, cwd: Path = ROOT, variables: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        number = len(list(self.folder.glob("*.log")))
        with (self.folder / f"{words[0]}-{number}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", words[0], *self.tls, *words[1:]],
                cwd=cwd, env=environment(variables),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def end(self) -> None:
        """End every process."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def log(self) -> str:
        """Return what everybody said."""
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))


@contextmanager
def cluster_here(
    folder: Path,
    *,
    workers: int = 3,
    is_encrypted: bool = True,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[ClusterHere]:
    """Have a cluster for as long as the block runs; the scheduler has these variables."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = ClusterHere(folder, Certificates.make(folder) if is_encrypted else None)
    cluster.configured = dict(variables)
    cluster.start_scheduler()
    try:
        for _ in range(workers):
            cluster.start_worker()
        yield cluster
    finally:
        cluster.end()


def fuzz(*words: str, cwd: Path = ROOT) -> subprocess.Popen[str]:
    """Start a campaign."""
    return subprocess.Popen(
        [sys.executable, "-m", "smcheck", "fuzz", *words], cwd=cwd, env=environment(),
        text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def processes_with(mark: str) -> list[int]:
    """Return the processes whose environment has this text in it."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                if mark.encode() in place.joinpath("environ").read_bytes():
                    found.append(int(place.name))
            except OSError:
                continue
    return found


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process as nobody can refuse."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def children_of(pid: int) -> list[str]:
    """Return what runs a machine for a worker."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    tasks = children.parent.parent.glob("*/children")
    pids = [child for task in tasks for child in task.read_text().split()]
    return [one for one in pids if b"smcheck.cli.child" in command_of(one)]


def command_of(pid: str) -> bytes:
    """Return the command line of a process, nothing of one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
