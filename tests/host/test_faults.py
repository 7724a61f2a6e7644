"""Streams and signals have the fault that they were made with, at the place that was said."""

from __future__ import annotations

import pytest

from smcheck import SnapshotStreamingFailed
from smcheck.host.faults import (
    CutReader,
    FailingWriter,
    ReadsOn,
    ShortReader,
    ShortWriter,
    Signal,
    SignallingReader,
    SignallingWriter,
    disk_full,
    stream_lost,
)


def test_failing_writer_takes_what_fits_and_then_fails_for_ever() -> None:
    writer = FailingWriter(disk_full(), after=3)
    assert writer.write(b"abc") == 3
    assert not writer.has_failed
    for _ in range(2):
        with pytest.raises(OSError, match="No space left") as caught:
            writer.write(b"d")
        assert caught.value is writer.error
    assert writer.has_failed


def test_lost_stream_fails_as_the_contract_names_it() -> None:
    with pytest.raises(SnapshotStreamingFailed):
        FailingWriter(stream_lost(), after=0).write(b"a")


def test_short_writer_takes_half_and_at_least_one_byte() -> None:
    writer = ShortWriter()
    assert [writer.write(b"a"), writer.write(b"")] == [1, 0]
    assert not writer.was_short
    assert writer.write(b"bcd") == 2
    assert writer.was_short


def test_short_reader_gives_all_only_where_nobody_says_how_much() -> None:
    reader = ShortReader(b"abcdefgh", limit=3)
    assert [reader.read(2), reader.read(5), reader.read()] == [b"ab", b"cde", b"fgh"]
    assert reader.was_short


def test_read_that_ends_with_the_image_is_not_short() -> None:
    reader = ShortReader(b"abc", limit=3)
    assert reader.read(10) == b"abc"
    assert not reader.was_short


def test_cut_reader_ends_who_reads_on_for_ever() -> None:
    reader = CutReader(b"ab", missing=5)
    assert reader.read() == b"ab"
    assert {reader.read(1) for _ in range(1_010)} == {b""}
    with pytest.raises(ReadsOn):
        reader.read(1)
    assert reader.reads_on


def test_signal_is_set_at_the_question_it_was_told() -> None:
    signal = Signal(at_asked=2)
    assert [signal.is_set(), signal.wait(5.0), signal.is_set()] == [False, False, True]
    assert (signal.asked, signal.was_seen) == (3, True)


def test_signal_that_is_never_set_only_counts() -> None:
    signal = Signal()
    assert not signal.is_set()
    assert (signal.asked, signal.is_on, signal.was_seen) == (1, False, False)


def test_signal_is_set_after_writes_or_reads() -> None:
    signal = Signal(at_moved=2)
    assert SignallingWriter(signal).write(b"a") == 1
    assert not signal.is_on
    assert SignallingReader(b"a", signal).read() == b"a"
    assert signal.is_on
