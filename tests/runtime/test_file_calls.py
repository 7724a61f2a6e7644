# ruff: noqa: SIM115 - how files are opened is what is tested
"""Calls that change files are told of, and nothing else about them changes."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from smcheck.runtime.file_calls import RECORDING, FileCall, recording
from smcheck.runtime.patches import Patches
from smcheck.runtime.traced import Traced


@pytest.fixture(autouse=True)
def patched() -> Iterator[Patches]:
    with Patches(Traced.of([])) as patches:
        yield patches


class Heard:
    """What was told, as short texts."""

    def __init__(self) -> None:
        self.calls: list[FileCall] = []
        self.before: list[FileCall] = []

    @property
    def texts(self) -> list[str]:
        return [text_of(call) for call in self.calls]


def text_of(call: FileCall) -> str:
    path = f"{call.path} to {call.target}" if call.target else call.path
    said = f"{call.name} {call.change.value} {path}"
    if call.data:
        said += f" {call.data!r} at {call.offset}"
    return f"{said} {call.size}" if call.size else said


@contextmanager
def hearing(folder: Path) -> Iterator[Heard]:
    heard = Heard()
    with recording(folder, before=heard.before.append, after=heard.calls.append) as recorder:
        yield heard
    assert recorder.failures == []


def test_write_text_is_a_creation_or_a_truncate_and_a_write(tmp_path: Path) -> None:
    with hearing(tmp_path) as heard:
        (tmp_path / "state").write_text("one")
        (tmp_path / "state").write_text("two")
    assert heard.texts == [
        "open create state",
        "write write state b'one' at 0",
        "open truncate state",
        "write write state b'two' at 0",
    ]


def test_each_call_is_told_of_before_and_after(tmp_path: Path) -> None:
    seen: list[tuple[str, str]] = []

    def note(when: str) -> Callable[[FileCall], None]:
        path = tmp_path / "a"
        return lambda call: seen.append((when, path.read_text() if path.exists() else "-"))

    with recording(tmp_path, before=note("before"), after=note("after")):
        (tmp_path / "a").write_text("x")
    assert seen == [("before", "-"), ("after", ""), ("before", ""), ("after", "x")]


def test_buffers_are_told_of_when_they_are_emptied(tmp_path: Path) -> None:
    with hearing(tmp_path) as heard, open(tmp_path / "log", "a") as log:
        log.write("1\n")
        log.write("2\n")
        assert heard.texts == ["open create log"]
        log.flush()
        os.fsync(log)
        log.write("3\n")
    assert heard.texts[1:] == [
        "write write log b'1\\n2\\n' at 0",
        "os.fsync sync log",
        "write write log b'3\\n' at 4",
    ]


def test_file_objects_tell_where_they_write_and_truncate(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    with hearing(tmp_path) as heard, open(tmp_path / "a", "r+b", buffering=0) as file:
        file.seek(4)
        file.write(b"xy")
        file.truncate()
        file.truncate(3)
    assert heard.texts == [
        "write write a b'xy' at 4", "truncate truncate a 6", "truncate truncate a 3",
    ]  # fmt: skip


def test_temporary_file_is_followed_to_its_place(tmp_path: Path) -> None:
    with hearing(tmp_path) as heard:
        with tempfile.NamedTemporaryFile(dir=tmp_path, prefix="t", delete=False) as file:
            file.write(b"new")
        os.replace(file.name, tmp_path / "state")
    name = Path(file.name).name
    assert heard.texts == [
        f"os.open create {name}", f"write write {name} b'new' at 0",
        f"os.replace rename {name} to state",
    ]  # fmt: skip
    assert {call.file for call in heard.calls} == {heard.calls[0].file}
    status = (tmp_path / "state").stat()
    assert heard.calls[0].file == (status.st_dev, status.st_ino)


def test_functions_with_descriptors(tmp_path: Path) -> None:
    with hearing(tmp_path) as heard:
        fd = os.open(tmp_path / "a", os.O_CREAT | os.O_RDWR | os.O_TRUNC)
        os.write(fd, b"abc")
        os.pwrite(fd, memoryview(b"d"), 9)
        os.writev(fd, [b"1", b"", b"2"])
        os.pwritev(fd, [b"3"], 0)
        os.ftruncate(fd, 5)
        os.posix_fallocate(fd, 0, 7)
        os.fdatasync(fd)
        with os.fdopen(fd, "wb") as file:
            file.write(b"end")
    assert heard.texts == [
        "os.open create a", "os.write write a b'abc' at 0", "os.pwrite write a b'd' at 9",
        "os.writev write a b'12' at 3", "os.pwritev write a b'3' at 0",
        "os.ftruncate truncate a 5", "os.posix_fallocate truncate a 7",
        "os.fdatasync sync a", "write write a b'end' at 5",
    ]  # fmt: skip


def test_functions_with_paths(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    with hearing(tmp_path) as heard:
        os.truncate(tmp_path / "a", 2)
        os.rename(tmp_path / "a", tmp_path / "b")
        os.link(tmp_path / "b", tmp_path / "c")
        os.symlink("b", tmp_path / "d")
        os.makedirs(tmp_path / "e" / "f")
        os.remove(tmp_path / "d")
        (tmp_path / "c").unlink()
        os.removedirs(tmp_path / "e" / "f")
        os.sync()
    assert heard.texts == [
        "os.truncate truncate a 2", "os.rename rename a to b", "os.link link b to c",
        "os.symlink create d", "os.mkdir folder e", "os.mkdir folder e/f", "os.remove unlink d",
        "os.unlink unlink c", "os.rmdir folder e/f", "os.rmdir folder e", "os.sync sync ",
    ]  # fmt: skip


def test_what_shutil_does(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    with hearing(tmp_path) as heard:
        shutil.copyfile(tmp_path / "a", tmp_path / "b")
        (tmp_path / "c").mkdir()
        shutil.move(tmp_path / "b", tmp_path / "c")
        shutil.rmtree(tmp_path / "c")
    assert heard.texts == [
        "open create b", "os.sendfile write b b'abc' at 0", "os.mkdir folder c",
        "os.rename rename b to c/b", "os.unlink unlink c/b", "os.rmdir folder c",
    ]  # fmt: skip


def test_copies_inside_the_kernel(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    with open(tmp_path / "a", "rb") as a, hearing(tmp_path) as heard:
        fd = os.open(tmp_path / "b", os.O_CREAT | os.O_WRONLY)
        os.copy_file_range(a.fileno(), fd, 3, 2, 1)
        os.sendfile(fd, a.fileno(), 8, 100)
        os.close(fd)
    assert (tmp_path / "b").read_bytes() == b"8934"
    assert heard.texts == [
        "os.open create b", "os.copy_file_range write b b'234' at 1",
        "os.sendfile write b b'89' at 0",
    ]  # fmt: skip


def test_append_says_where_the_end_was(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    with hearing(tmp_path) as heard:
        fd = os.open(tmp_path / "a", os.O_WRONLY | os.O_APPEND)
        os.write(fd, b"d")
        os.pwrite(fd, b"e", 0)
        os.close(fd)
    assert heard.texts == ["os.write write a b'd' at 3", "os.pwrite write a b'e' at 4"]


def test_short_write_is_told_as_what_was_written(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with hearing(tmp_path) as heard:
        fd = os.open(tmp_path / "a", os.O_CREAT | os.O_WRONLY)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4, limits[1]))
            os.write(fd, b"0123456789")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            os.close(fd)
    assert heard.texts == ["os.open create a", "os.write write a b'0123' at 0"]
    assert heard.before[-1].data == b"0123456789"


@pytest.mark.parametrize(
    "flags, durable", [(0, False), (os.O_DSYNC, True), (os.O_SYNC, True)]
)  # fmt: skip
def test_durable_writes_are_told_as_such(tmp_path: Path, flags: int, durable: bool) -> None:
    with hearing(tmp_path) as heard:
        fd = os.open(tmp_path / "a", os.O_CREAT | os.O_WRONLY | flags)
        os.write(fd, b"x")
        os.close(fd)
    assert [call.is_durable for call in heard.calls] == [False, durable]


def test_call_that_raises_is_told_of_before_only(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    with hearing(tmp_path) as heard, pytest.raises(OSError, match="not empty"):
        os.rmdir(tmp_path / "full")
    assert ([text_of(call) for call in heard.before], heard.texts) == (
        ["os.rmdir folder full"], [],
    )  # fmt: skip


def test_relative_paths_and_folders_by_descriptor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path)
    with hearing(tmp_path) as heard:
        fd = os.open("in", os.O_RDONLY)
        os.close(os.open("a", os.O_CREAT | os.O_WRONLY, dir_fd=fd))
        os.rename("a", "b", src_dir_fd=fd)
        os.unlink("b")
        os.close(fd)
    assert heard.texts == [
        "os.open create in/a",
        "os.rename rename in/a to b",
        "os.unlink unlink b",
    ]


def test_folder_behind_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with hearing(tmp_path / "link") as heard:
        (tmp_path / "link" / "a").write_bytes(b"1")
        (tmp_path / "real" / "a").write_bytes(b"2")
    assert heard.texts == [
        "open create a", "write write a b'1' at 0", "open truncate a", "write write a b'2' at 0",
    ]  # fmt: skip


def test_calls_elsewhere_are_not_told_of(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    with hearing(tmp_path / "inside") as heard:
        (tmp_path / "inside2").write_bytes(b"x")
        os.rename(tmp_path / "inside2", tmp_path / "other")
        read, write = os.pipe()
        os.write(write, b"x")
        os.close(read)
        os.close(write)
        os.replace(tmp_path / "other", tmp_path / "inside" / "a")
        with open(tmp_path / "inside" / "a", "rb") as file:
            assert type(file.raw) is io.FileIO
        gone = os.open(tmp_path / "inside" / "a", os.O_WRONLY)
        os.unlink(tmp_path / "inside" / "a")
        os.write(gone, b"nobody sees it")
        os.close(gone)
    assert heard.texts == ["os.replace rename  to a", "os.unlink unlink a"]


def test_files_are_the_real_ones_where_nothing_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with open(tmp_path / "in" / "a", "wb") as before, hearing(tmp_path / "in") as heard:
        with open(tmp_path / "b", "wb") as outside:
            assert {type(before.raw), type(outside.raw)} == {io.FileIO}
        before.write(b"x")
    assert heard.texts == []


def test_every_thread_is_heard(tmp_path: Path) -> None:
    with hearing(tmp_path) as heard:
        thread = threading.Thread(target=(tmp_path / "a").touch)
        thread.start()
        thread.join()
    assert heard.texts == ["os.open create a"]


def test_aliases_are_heard(tmp_path: Path, storing: ModuleType) -> None:
    with Patches(Traced.of(["storing"])), hearing(tmp_path) as heard:
        storing.store(tmp_path)
    assert heard.texts == [
        "os.open create a", "os.write write a b'x' at 0", "os.fsync sync a",
        "os.fdatasync sync a", "os.replace rename a to b", "open create c", "open create d",
        "open create e",
    ]  # fmt: skip


def test_listener_that_raises_is_noted_and_harms_nobody(tmp_path: Path) -> None:
    def fail(call: FileCall) -> None:
        raise ValueError(call.name)

    with recording(tmp_path, before=fail, after=fail) as recorder:
        (tmp_path / "a").touch()
    assert (tmp_path / "a").exists()
    assert recorder.failures == ["os.open: ValueError('os.open')"] * 2


def test_inner_recording_takes_the_place_of_the_outer(tmp_path: Path) -> None:
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    with hearing(tmp_path / "out") as outer:
        with hearing(tmp_path / "in") as inner:
            (tmp_path / "in" / "a").touch()
            (tmp_path / "out" / "b").touch()
        (tmp_path / "out" / "c").touch()
    assert (inner.texts, outer.texts) == (["os.open create a"], ["os.open create c"])


def test_child_of_a_fork_tells_nothing(tmp_path: Path) -> None:
    with hearing(tmp_path):
        pid = os.fork()
        if pid == 0:
            os._exit(RECORDING.recorder is not None)
        assert os.waitpid(pid, 0)[1] == 0


def test_no_descriptor_is_kept(tmp_path: Path) -> None:
    before = os.listdir("/proc/self/fd")
    with hearing(tmp_path):
        for mode in ("w", "a", "r+", "xb"):
            with contextlib.suppress(FileExistsError), open(tmp_path / "x", mode):
                pass
        with pytest.raises(LookupError):
            open(tmp_path / "y", "w", encoding="no such")
    assert os.listdir("/proc/self/fd") == before


def behaviour(folder: Path) -> list[object]:
    """Return what can be seen of files opened in all ways."""
    folder.mkdir()
    seen: list[object] = []

    def tell(call: Callable[[], object]) -> None:
        try:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                seen.append(call())
            seen.extend((w.category, str(w.message), w.filename == __file__) for w in warned)
        except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
            seen.append((type(error), str(error).replace(str(folder), "")))

    def use(mode: Any, buffering: Any = -1, **how: Any) -> object:
        file: Any
        with open(folder / "a", mode, buffering, **how) as file:
            is_text = "b" not in mode
            layers: list[Any] = [file]
            while inner := getattr(layers[-1], "buffer", getattr(layers[-1], "raw", None)):
                layers.append(inner)
            said = [(type(f).__name__, Path(f.name).name, f.mode, repr(f)) for f in layers]
            facts = (
                file.tell(), file.writable(), file.readable(), file.seekable(), file.isatty(),
                isinstance(layers[-1], io.FileIO), pathlib.Path(f"/proc/self/fd/{file.fileno()}")
                .readlink(), is_text and (file.encoding, file.errors, file.line_buffering),
            )  # fmt: skip
            data: Any = "é\n\r\nx" if is_text else b"\x00\xff" * 3000
            file.write(data)
            sizes = [os.fstat(file.fileno()).st_size]
            file.flush()
            file.seek(1)
            file.truncate()
            sizes.append(os.fstat(file.fileno()).st_size)
            file.write(data)
        return said, [repr(f) for f in layers], facts, sizes, (folder / "a").read_bytes()

    def opener(path: Any, flags: int) -> int:
        seen.append(flags)
        return os.open(path, flags, 0o600)

    for mode in ("w", "wb", "a", "ab", "r+", "rb+", "w+", "w+b", "a+", "ab+", "wt", "x", "bx"):
        if "x" in mode:
            (folder / "a").unlink()
        for buffering in (-1, 0, 1, 2, 100):
            tell(partial(use, mode, buffering))
    tell(partial(use, "w", encoding="utf-16", errors="replace", newline=""))
    tell(partial(use, "w", newline="\r\n"))
    tell(partial(use, "w", newline="q"))
    tell(partial(use, "w", encoding="no such"))
    tell(partial(use, "wb", encoding="utf-8"))
    tell(partial(use, "w", opener=opener))
    tell(partial(use, "w", closefd=False))
    for wrong in ("", "q", "rw", "wbt", "ww", "U", 3, None):
        tell(partial(use, wrong))
    tell(partial(use, "w", encoding=3))
    tell(partial(use, "w", buffering="1"))
    tell(lambda: open(folder, "w"))
    tell(lambda: open(folder / "no" / "a", "w"))
    tell(lambda: open("", "w"))
    tell(lambda: open(None, "w"))  # type: ignore[call-overload]  # that is tested
    tell(lambda: open(-1, "w"))
    fd = os.open(folder / "b", os.O_CREAT | os.O_RDWR)
    with open(fd, "w+", closefd=False) as kept:
        tell(lambda: (kept.name == fd, repr(kept.buffer).replace(f"{fd}", "FD")))
        kept.write("kept")
    tell(lambda: os.pread(fd, 9, 0))
    tell(lambda: (os.write(fd, b"xy"), os.lseek(fd, 0, 1)))
    tell(lambda: os.write(fd, "text"))  # type: ignore[arg-type]  # that is tested
    tell(lambda: os.write(fd))  # type: ignore[call-arg]  # that is tested
    tell(lambda: os.replace(folder / "none", folder / "b"))
    tell(lambda: os.unlink(folder / "none"))
    tell(lambda: os.ftruncate(fd, -1))
    tell(lambda: [f in os.supports_dir_fd for f in (os.open, os.unlink, os.truncate, os.sync)])
    os.close(fd)
    tell(lambda: os.write(fd, b""))
    left: Any = open(folder / "c", "w")
    left.write("left")
    tell(left.__del__)
    tell(lambda: (folder / "c").read_bytes())
    tell(lambda: left.write("x"))
    tell(lambda: pickle.dumps(left.buffer))
    tell(lambda: [pickle.loads(pickle.dumps(f)) is f for f in (open, os.replace)])
    tell(lambda: (repr(open), open.__name__, open.__doc__, os.write.__name__))
    return seen


def test_files_behave_as_the_real_ones(tmp_path: Path, patched: Patches) -> None:
    place = tmp_path / "seen"
    with hearing(tmp_path) as heard:
        recorded = behaviour(place)
    shutil.rmtree(place)
    patched.remove()
    assert recorded == behaviour(place)
    assert len(heard.calls) > 100


def test_files_are_written_while_the_interpreter_shuts_down(tmp_path: Path) -> None:
    script = f"""if True:
        from pathlib import Path
        from smcheck.runtime.file_calls import recording
        from smcheck.runtime.patches import Patches
        from smcheck.runtime.traced import Traced
        Patches(Traced.of([])).install()
        outer = recording(Path({str(tmp_path)!r}), before=print, after=print)
        outer.__enter__()
        file = open({str(tmp_path / "a")!r}, "w")
        file.write("last words")
        import sys
        sys.modules["kept"] = file
    """
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "a").read_text() == "last words"
