"""Frames and records on the pipes: the same comes out, or a clear error."""

from __future__ import annotations

import struct

import msgspec
import pytest

from smcheck.circumstances.data import Setting
from smcheck.circumstances.wire import (
    LIMIT_BYTES,
    Bye,
    Lived,
    LiveScript,
    Request,
    WireError,
    frame,
    pack_life,
    pack_script,
    requests,
    responses,
    unpack_life,
    unpack_script,
)
from smcheck.contract.types import Result
from smcheck.finding import Breach, Location, Severity
from smcheck.history import Outcome
from smcheck.host.life import Life, Moment, Observe, Restart, Script
from smcheck.plan import Close, Command, Lookup, Prepare, Recover, Save, Update
from smcheck.values import freeze

SCRIPT = Script(
    log=(Command(1, b""), Command(9, bytes(range(256)))),
    queries=(None, (1, 2.5, b"\xff"), {"k": [True, float("inf")]}, 2**70, "\ud800"),
    steps=(
        Update(0, 1), Lookup(2), Prepare(), Save(), Observe(), Recover(1), Restart(), Update(1, 2),
        Close(),
    ),
    reuse=True,
    shard_id=4,
    replica_id=5,
    neighbour=True,
    earlier=True,
)  # fmt: skip
LIFE = Life(
    moments=(
        Moment(Update(0, 1), Outcome(freeze(None), results=(Result(2**64 - 1, b"\x00\xff"),))),
        Moment(
            Lookup(2),
            Outcome(
                freeze([3, {"é": None}]), True, "KeyError", (), (Location("/m.py", 3, "M.lookup"),)
            ),
        ),
        Moment(Prepare(), Outcome(freeze(None))),
        Moment(Save(), Outcome(freeze(None))),
        Moment(Observe(), observation=(("lookup(1)", freeze((1,))), ("get_hash", freeze(7)))),
    ),
    breaches=(
        Breach("UPD-6", "returned", "t", "m", severity=Severity.HAZARD, evidence=(("a", "b"),)),
    ),
    image=b"\x80image",
)
REQUEST = LiveScript(3, pack_script(SCRIPT), Setting(env=(("A", "b"),)))


def test_script_survives_the_pipe() -> None:
    [read] = requests().feed(frame(REQUEST))
    assert read == REQUEST
    assert isinstance(read, LiveScript)
    assert unpack_script(read.script) == SCRIPT


def test_life_survives_the_pipe() -> None:
    [read] = responses().feed(frame(Lived(3, pack_life(LIFE))))
    assert isinstance(read, Lived)
    assert unpack_life(read.life, SCRIPT) == LIFE


def test_same_request_has_the_same_bytes() -> None:
    assert frame(REQUEST) == frame(LiveScript(3, pack_script(SCRIPT), REQUEST.setting))


def test_frames_come_out_of_any_cut() -> None:
    stream = frame(REQUEST) + frame(Bye()) + frame(REQUEST)
    for size in (1, 3, 7, len(stream)):
        frames = requests()
        read: list[Request] = []
        for start in range(0, len(stream), size):
            read += frames.feed(stream[start : start + size])
        assert read == [REQUEST, Bye(), REQUEST]


@pytest.mark.parametrize(
    "data, told",
    [
        (b"Traceback (most recent call last)", "expected a frame that begins with b'smc"),
        (b"smc\x09" + struct.pack(">I", 2) + b"{}", "the other end has another version"),
        (b"smc\x02" + struct.pack(">I", LIMIT_BYTES + 1), f"one of {LIMIT_BYTES + 1}"),
        (b"smc\x02" + struct.pack(">I", 4) + b"{}{}", "the stream is damaged"),
        (b"smc\x02" + struct.pack(">I", 16) + b'{"type":"other"}', "the stream is damaged"),
        (b"smc\x02" + struct.pack(">I", 15) + b'{"type":"live"}', "missing required field"),
    ],
)
def test_damaged_frame_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(WireError) as caught:
        list(requests().feed(data))
    assert told in str(caught.value)


def test_message_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smcheck.circumstances.wire.LIMIT_BYTES", 100)
    with pytest.raises(WireError, match="at most 100 bytes, got"):
        frame(REQUEST)


def test_unknown_step_is_refused() -> None:
    wire = pack_script(Script((), (), (Lookup(0),)))
    bad = msgspec.structs.replace(wire, steps=(("fly", (1,)),))
    with pytest.raises(WireError, match="expected the steps of version 2"):
        unpack_script(bad)


def test_life_with_too_many_moments_is_refused() -> None:
    with pytest.raises(WireError, match="expected at most 0 moments, got 5"):
        unpack_life(pack_life(LIFE), Script((), (), ()))
