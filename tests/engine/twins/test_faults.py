"""The checks of faults, on small machines that each treat one fault in one way."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from smcheck import SnapshotAborted, SnapshotStopped, SnapshotStreamingFailed
from smcheck.engine.twins import SEQUENTIAL
from tests.engine.twins.numbers import Numbers, OnDiskNumbers, RegularNumbers, found, told

FAULTS = (
    "saves", "abandons", "prepares", "images", "writers", "leaks", "stopped-saves", "damage",
    "stopped-recovers", "moved-files",
)  # fmt: skip


class Spool:
    """A file that is open until somebody closes it or forgets it."""

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_CREAT | os.O_RDWR)

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
        self.descriptor = -1

    __del__ = close


@pytest.mark.parametrize("machine", [Numbers, RegularNumbers, OnDiskNumbers])
@pytest.mark.parametrize("check", FAULTS)
def test_machine_that_keeps_everything_is_held(machine: type, check: str) -> None:
    assert check in SEQUENTIAL
    assert told(machine, check) == []


class GivesUp(Numbers):
    def write(self, writer: Any, data: bytes) -> None:
        if writer.write(data) < len(data):
            raise OSError("short write")


class GoesOn(Numbers):
    def write(self, writer: Any, data: bytes) -> None:
        writer.write(data)


class Aborts(Numbers):
    def write(self, writer: Any, data: bytes) -> None:
        try:
            super().write(writer, data)
        except OSError:
            raise SnapshotAborted from None


class Stops(Numbers):
    def write(self, writer: Any, data: bytes) -> None:
        try:
            super().write(writer, data)
        except OSError as error:
            raise SnapshotStopped from error


class Swallows(Numbers):
    def write(self, writer: Any, data: bytes) -> None:
        with suppress(OSError):
            super().write(writer, data)


class Exits(Numbers):
    def write(self, writer: Any, data: bytes) -> None:
        try:
            super().write(writer, data)
        except OSError:
            raise SystemExit(1) from None


class Counts(Numbers):
    """Count failed saves in what lookups show."""

    def write(self, writer: Any, data: bytes) -> None:
        try:
            super().write(writer, data)
        except OSError:
            self.numbers = (*self.numbers, -1)
            raise


class SavesOnce(Numbers):
    is_open = False

    def prepare_snapshot(self) -> Any:
        if self.is_open:
            raise RuntimeError("busy")
        return super().prepare_snapshot()

    def write(self, writer: Any, data: bytes) -> None:
        self.is_open = True
        super().write(writer, data)
        self.is_open = False


class RegularSavesOnce(RegularNumbers):
    is_open = False

    def write(self, writer: Any, data: bytes) -> None:
        if self.is_open:
            raise RuntimeError("busy")
        self.is_open = True
        super().write(writer, data)
        self.is_open = False


class ForgetsCause(OnDiskNumbers):
    """Raise an exception of its own with nothing to say where it came from."""

    def write(self, writer: Any, data: bytes) -> None:
        failed = True
        with suppress(OSError, SnapshotStreamingFailed):
            super().write(writer, data)
            failed = False
        if failed:
            raise RuntimeError("the image was not written")


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (GivesUp, [("SAV-10", "hazard")]),
        (GoesOn, [("SAV-10", "violation")]),
        (Aborts, []),
        (Stops, [("SAV-8", "violation")]),
        (Swallows, [("SAV-10", "violation")]),
        (Exits, [("SAV-10", "violation")]),
        (Counts, [("SAV-10", "violation")]),
        (SavesOnce, [("SAV-6", "violation")]),
        (RegularSavesOnce, [("SAV-10", "violation")]),
        (ForgetsCause, [("SAV-9", "violation")]),
    ],
)
def test_what_becomes_of_a_writers_error_or_short_write_is_judged(
    machine: type, expected: list[tuple[str, str]]
) -> None:
    assert told(machine, "writers") == expected


class RaisesWhenStopped(Numbers):
    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        if stopped.is_set():
            raise RuntimeError("closing")
        super().save_snapshot(context, writer, files, stopped)


class CannotClose(Numbers):
    is_open = False

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        self.is_open = True
        super().save_snapshot(context, writer, files, stopped)
        self.is_open = False

    def close(self) -> None:
        if self.is_open:
            raise RuntimeError("a save is under way")


class LeavesOpen(Numbers):
    """Keep the file of a save until it has succeeded."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.spool: Any = None
        self.directory = directory

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        self.spool = Spool(self.directory / "spool")
        try:
            super().save_snapshot(context, writer, files, stopped)
        except OSError:
            self.spool.close()
            raise
        self.spool.close()


class Whole(Numbers):
    """Never look at the signal."""

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        self.write(writer, str([0, *context]).encode())


class ShowsStops(Numbers):
    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        try:
            super().save_snapshot(context, writer, files, stopped)
        except SnapshotStopped:
            self.numbers = ()
            raise


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (RaisesWhenStopped, [("SAV-7", "violation")]),
        (CannotClose, [("CLO-3", "violation")]),
        (LeavesOpen, [("SAV-6", "violation")]),
        (Whole, []),
        (ShowsStops, [("SAV-3", "violation")]),
    ],
)
def test_what_becomes_of_a_stop_signal_in_a_save_is_judged(
    machine: type, expected: list[tuple[str, str]]
) -> None:
    assert told(machine, "stopped-saves") == expected


class EmptyFirst(Numbers):
    def recover_from_snapshot(self, reader: Any, files: Any, stopped: Any) -> None:
        self.numbers = ()
        super().recover_from_snapshot(reader, files, stopped)


class RefusesAfterwards(EmptyFirst):
    """Say that there is nothing to be asked where a recover was stopped."""

    is_sound = True

    def recover_from_snapshot(self, reader: Any, files: Any, stopped: Any) -> None:
        self.is_sound = False
        super().recover_from_snapshot(reader, files, stopped)
        self.is_sound = True

    def lookup(self, query: object) -> object:
        if not self.is_sound:
            raise RuntimeError("no state")
        return super().lookup(query)


class ReturnsWhenStopped(Numbers):
    def recover_from_snapshot(self, reader: Any, files: Any, stopped: Any) -> None:
        with suppress(SnapshotStopped):
            super().recover_from_snapshot(reader, files, stopped)


class RaisesOther(Numbers):
    def recover_from_snapshot(self, reader: Any, files: Any, stopped: Any) -> None:
        if stopped.is_set():
            raise RuntimeError("closing")
        super().recover_from_snapshot(reader, files, stopped)


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (EmptyFirst, [("REC-4", "violation")]),
        (RefusesAfterwards, []),
        (ReturnsWhenStopped, [("REC-4", "hazard")]),
        (RaisesOther, [("REC-3", "violation")]),
    ],
)
def test_what_becomes_of_a_stop_signal_in_a_recover_is_judged(
    machine: type, expected: list[tuple[str, str]]
) -> None:
    assert told(machine, "stopped-recovers") == expected


class TakesParts(Numbers):
    def numbers_in(self, image: bytes) -> tuple[int, ...]:
        rows = image.strip(b"[]").split(b",")[1:]
        return tuple(int(row) for row in rows if row.strip())


class Padded(Numbers):
    """End an image with bytes that mean nothing."""

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        super().save_snapshot(context, writer, files, stopped)
        self.write(writer, b" \n")


class ReadsOnce(Numbers):
    def read(self, reader: Any, stopped: Any) -> bytes:
        return bytes(reader.read(1 << 20))


class ReadsForEver(Numbers):
    def read(self, reader: Any, stopped: Any) -> bytes:
        image = b""
        while not image.endswith(b"]"):
            image += reader.read(5)
        return image


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (TakesParts, ["REC-5"]),
        (Padded, []),
        (ReadsOnce, ["REC-6"]),
        (ReadsForEver, ["REC-5"]),
    ],
)
def test_what_becomes_of_short_and_cut_images_is_judged(machine: type, expected: list[str]) -> None:
    assert [clause for clause, _ in told(machine, "damage")] == expected


class Queues(Numbers):
    """Keep every context until it is saved."""

    def __init__(self) -> None:
        super().__init__()
        self.contexts: list[Any] = []

    def prepare_snapshot(self) -> Any:
        self.contexts.append(list(self.numbers))
        return self.contexts[-1]

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        self.contexts = [one for one in self.contexts if one is not context]
        super().save_snapshot(context, writer, files, stopped)


class KeepsLast(Queues):
    """Keep the last context only."""

    def prepare_snapshot(self) -> Any:
        self.contexts.clear()
        return super().prepare_snapshot()


class KeepsAll(Queues):
    """Keep a copy of every state that was ever saved, as a history."""

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        Numbers.save_snapshot(self, context, writer, files, stopped)


class OpensInPrepare(Numbers):
    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.spools: list[Any] = []
        self.directory = directory

    def prepare_snapshot(self) -> Any:
        self.spools.append(Spool(self.directory / "spool"))
        return self.numbers

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        self.spools.pop().close()
        super().save_snapshot(context, writer, files, stopped)


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (Queues, [("PRE-4", "hazard")]),
        (KeepsLast, []),
        (KeepsAll, []),
        (OpensInPrepare, [("PRE-4", "violation")]),
    ],
)
def test_what_contexts_leave_behind_is_judged(
    machine: type, expected: list[tuple[str, str]]
) -> None:
    assert told(machine, "leaks") == expected


class Sleeps(Numbers):
    def prepare_snapshot(self) -> Any:
        time.sleep(0.2)
        return super().prepare_snapshot()


def test_prepare_that_sleeps_is_a_hazard() -> None:
    assert told(Sleeps, "prepares") == [("PRE-1", "hazard")]


class ServesOnce(OnDiskNumbers):
    """Take each context once."""

    saved: frozenset[int] = frozenset()
    count = 0

    def prepare_snapshot(self) -> Any:
        self.count += 1
        return self.count, self.numbers

    def save_snapshot(self, context: Any, writer: Any, stopped: Any) -> None:  # type: ignore[override]  # other kind
        ticket, numbers = context
        if ticket in self.saved:
            raise ValueError("saved already")
        self.saved |= {ticket}
        super().save_snapshot(numbers, writer, stopped)


class NumbersImages(OnDiskNumbers):
    """Write down how many images there were."""

    count = 0

    def prepare_snapshot(self) -> Any:
        self.count += 1
        return (*self.numbers, self.count)


def test_on_disk_machine_that_saves_a_context_but_once_is_not_blamed() -> None:
    assert told(ServesOnce, "images") == []


def test_image_that_is_another_each_time_is_blamed() -> None:
    assert told(NumbersImages, "images") == [("SAV-5", "violation")]


class OwnFolder(Numbers):
    """Read the file of an image in the machine's own folder."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.file = directory / "numbers"

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        self.file.unlink(missing_ok=True)
        self.file.write_text(str([0, *context]))
        files.add(1, self.file)
        writer.write(b".")

    def recover_from_snapshot(self, reader: Any, files: Any, stopped: Any) -> None:
        self.numbers = self.numbers_in(self.file.read_bytes())


class GivenPath(OwnFolder):
    def recover_from_snapshot(self, reader: Any, files: Any, stopped: Any) -> None:
        self.numbers = self.numbers_in(files[0].path.read_bytes())


def test_file_that_recover_looks_for_in_its_own_folder_is_fil_2() -> None:
    [breach] = found(OwnFolder, "restart")
    assert (breach.clause, breach.check, breach.error) == ("FIL-2", "restart", "FileNotFoundError")


@pytest.mark.parametrize("check", ["saves", "restart", "moved-files"])
def test_file_that_recover_takes_where_it_is_now_is_fine(check: str) -> None:
    assert told(GivenPath, check) == []


class Asks(Numbers):
    """Flush the writer if it can be flushed."""

    def write(self, writer: Any, data: bytes) -> None:
        super().write(writer, data)
        if hasattr(writer, "flush"):
            writer.flush()


class Flushes(Numbers):
    def write(self, writer: Any, data: bytes) -> None:
        super().write(writer, data)
        writer.flush()


def test_writer_may_be_asked_what_it_has() -> None:
    assert told(Asks, "saves") == []
    assert told(Flushes, "saves") == [("SAV-11", "violation")]


class Seeks(Numbers):
    def read(self, reader: Any, stopped: Any) -> bytes:
        image = super().read(reader, stopped)
        reader.seek(0)
        return image


class ReadsLines(Numbers):
    def read(self, reader: Any, stopped: Any) -> bytes:
        return b"".join(reader.readlines())


def test_position_of_the_reader_is_not_asked_for() -> None:
    assert told(Seeks, "restart") == [("SES-4", "violation")]
    assert told(ReadsLines, "restart") == [("REC-3", "violation")]
