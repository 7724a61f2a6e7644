"""One PySyncObj object, called like a regular machine. Imports PySyncObj; opens no network.

Nothing here is code under test: what a finding names is a line of PySyncObj or of the user's
class. Private names of PySyncObj 0.3 are read in this file and nowhere else.
"""

from __future__ import annotations

import copy
import inspect
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pysyncobj
import pysyncobj.pickle
from pysyncobj.transport import Transport

from smcheck.adapters._calls import Call, Converters, decode, invoke, result_of
from smcheck.contract.types import (
    Entry,
    Reader,
    Result,
    SnapshotFile,
    SnapshotFiles,
    StopSignal,
    Writer,
)
from smcheck.errors import UsageError
from smcheck.host.adapted import Adapted


class Machine(Adapted):
    """Run an object's replicated methods in place and its reads as lookups."""

    def __init__(self, target: Any, *, convert: Converters) -> None:
        self.target = target
        self._convert = convert

    @property
    def adapted(self) -> object:
        """The replicated object."""
        return self.target

    def update(self, entry: Entry) -> Result:
        """Run the replicated method that the command names; what it raises comes out."""
        if not entry.cmd:  # PySyncObj never commits an empty command
            return Result()
        call = decode(entry.cmd)
        return result_of(invoke(self.target, call, convert=self._convert, _doApply=True))

    def lookup(self, query: object) -> object:
        """Return what the read method returns, the very object."""
        assert isinstance(query, tuple)  # the subject's own strategy drew it
        return invoke(self.target, Call(query[0], query[1:]), convert=self._convert)

    def save_snapshot(self, writer: Writer, files: SnapshotFiles, stopped: StopSignal) -> None:
        """Pickle the attributes at once, as PySyncObj's log compaction does."""
        image: bytes = pysyncobj.pickle.dumps(serialize(self.target))
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: StopSignal
    ) -> None:
        """Set the attributes that the image has, as PySyncObj's loading of a dump does."""
        image = b"".join(iter(reader.read, b""))
        _deserialize(self.target, pysyncobj.pickle.loads(image))

    def close(self) -> None:
        """Take the object out of use."""
        self.target._destroy()


def is_hostable(target: object) -> bool:
    """Return whether ``target``, an object or a class, is what PySyncObj replicates."""
    kinds = (pysyncobj.SyncObj, pysyncobj.SyncObjConsumer)
    return issubclass(target, kinds) if isinstance(target, type) else isinstance(target, kinds)


def is_replicated(method: object) -> bool:
    """Return whether PySyncObj's decorator was put on ``method``."""
    return getattr(method, "replicated", False) is True


def serialize(target: Any) -> object:
    """Return what PySyncObj would put into a full dump, live and not copied."""
    if isinstance(target, pysyncobj.SyncObjConsumer):
        return target._serialize()
    private = target._SyncObj__properies  # spelled so
    data = {name: value for name, value in vars(target).items() if name not in private}
    consumers = target._SyncObj__consumers
    return [data, *(one._serialize() for one in consumers)] if consumers else data


def _deserialize(target: Any, data: Any) -> None:
    if isinstance(target, pysyncobj.SyncObjConsumer):
        target._deserialize(data)
        return
    consumers = target._SyncObj__consumers
    own, *rest = data if consumers else [data]
    for name, value in own.items():
        target.__dict__[name] = value
    for consumer, part in zip(consumers, rest, strict=True):
        consumer._deserialize(part)


class _Silence(Transport):  # type: ignore[misc]  # PySyncObj has no types
    """Carry no message: always ready, nobody there."""

    def send(self, node: object, message: object) -> bool:
        return False


_constructing = threading.RLock()


@contextmanager
def offline() -> Iterator[None]:
    """Give each ``SyncObj`` made inside no thread, socket, journal or dump file.

    The user's own ``__init__`` runs and calls ``SyncObj.__init__`` with what it likes, in a class
    or in any function around it, so that call is the one place to step in. A subclass put
    under the user's class would miss those who do not call it through ``super``.
    """
    with _constructing:
        original = pysyncobj.SyncObj.__init__
        signature = inspect.signature(original)

        def init(*args: Any, **kwargs: Any) -> None:
            given = signature.bind(*args, **kwargs)
            conf = _offline_conf(given.arguments.get("conf"))
            given.arguments.update(conf=conf, transport=_Silence(None, None, []))
            original(*given.args, **given.kwargs)

        pysyncobj.SyncObj.__init__ = init
        try:
            yield
        finally:
            pysyncobj.SyncObj.__init__ = original


def _offline_conf(conf: Any) -> Any:
    conf = pysyncobj.SyncObjConf() if conf is None else copy.copy(conf)
    if conf.serializer is not None:
        raise UsageError(
            f"expected a SyncObjConf without serializer=, got {conf.serializer!r:.60}: leave it "
            "out under test, images are made by PySyncObj's own serialisation"
        )
    conf.autoTick = False
    conf.journalFile = conf.fullDumpFile = None
    conf.appendEntriesUseBatch = True  # else PySyncObj opens a pipe
    return conf
