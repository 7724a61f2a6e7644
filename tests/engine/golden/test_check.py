"""Which versions agree with the first one, which do not, and of which nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smcheck import Subject
from smcheck.engine.golden.check import Judged
from smcheck.engine.golden.file import Golden, encode_golden, load_golden
from smcheck.errors import UsageError
from smcheck.plan import Command
from tests.engine.golden import machines
from tests.engine.golden.conftest import recorded, try_record

Verified = Callable[..., Judged]

ALL_WAYS = (
    "the same came in another process, under another hash seed and clock",
    "the same came with a restart from an image after entries 2, 4 and 6",
)


def test_records_each_result_and_what_is_seen_after_each_entry(golden: Golden) -> None:
    assert (golden.subject, golden.kind, golden.source, golden.seed) == (
        "Notes", "concurrent", "commands", 7
    )  # fmt: skip
    assert [entry.result for entry in golden.log[:2]] == ["Result(1, b'')", "Result(2, b'')"]
    assert [(m.entries, m.answers, m.hash, m.observe) for m in golden.moments[:3]] == [
        (0, ["[]"], "0", None), (1, ["['a']"], "1", None), (2, ["['a', 'bb']"], "3", None)
    ]  # fmt: skip
    assert len(golden.moments) == 7


def test_records_a_long_log_at_spread_moments() -> None:
    log = tuple(Command(index, b"a") for index in range(1, 401))
    golden = recorded(machines.notes, log)
    assert [moment.entries for moment in golden.moments] == [*range(0, 401, 8)]


def test_records_probes_and_observe() -> None:
    golden = recorded(machines.probed, queries=("words",))
    assert golden.asked() == ("words", "count")
    assert golden.moments[2].answers == ["['a', 'bb']", "2"]
    assert recorded(machines.observed).moments[1].observe == "['a']"


def test_the_same_machine_agrees(verified: Verified, golden: Golden) -> None:
    judged = verified(machines.notes)
    assert (judged.agreement, judged.lines[1:]) == ("agrees", ALL_WAYS)
    assert judged.lines[0] == "compared: 6 results, 7 answers to 1 query, 7 hashes, at 7 moments"


@pytest.mark.parametrize("subject", [machines.replaces, machines.regular, machines.on_disk])
def test_a_machine_that_shows_the_same_agrees(verified: Verified, subject: Subject) -> None:
    judged = verified(subject)
    assert (judged.agreement, judged.lines[-2:]) == ("agrees", ALL_WAYS)


@pytest.mark.parametrize("subject", [machines.regular, machines.on_disk])
def test_each_kind_can_be_recorded(verified: Verified, subject: Subject) -> None:
    golden = recorded(subject)
    assert verified(subject, golden).agreement == "agrees"
    assert verified(machines.miscounts, golden).agreement == "differs"


@pytest.mark.parametrize(
    ("subject", "first", "second"),
    [
        (machines.miscounts, "at entry 3 (index 9), b'cc'",
         "result: recorded Result(3, b''), now Result(4, b'')"),
        (machines.forgets, "at entry 3 (index 9), b'cc'",
         "lookup('words'): recorded ['a', 'bb', 'cc'], now ['a', 'bb']"),
        (machines.other_hash, "at entry 2 (index 6), b'bb'", "get_hash: recorded 3, now 4"),
        (machines.no_hash, "before the first entry", "get_hash: recorded 0, now nothing"),
        (machines.without_lookups, "before the first entry",
         "lookup('words'): recorded [], now nothing"),
        (machines.loses_last,
         "at entry 2 (index 6), b'bb', with a restart from an image after entry 2",
         "get_hash: recorded 3, now 1"),
    ],
)  # fmt: skip
def test_the_first_difference_is_named(
    verified: Verified, subject: Subject, first: str, second: str
) -> None:
    judged = verified(subject)
    assert judged.agreement == "differs"
    assert judged.lines[:2] == (f"differs {first}", f"   {second}")


@pytest.mark.parametrize(
    ("subject", "row", "line"),
    [
        (machines.refuses, "   result: recorded Result(3, b''), now raise ValueError, at ",
         'raise ValueError(f"not {word}")'),
        (machines.refuses_to_say,
         "   lookup('words'): recorded ['a', 'bb', 'cc'], now raise LookupError, at ",
         "raise LookupError(len(self.words))"),
        (machines.cannot_recover, "   restart: raise EOFError, at ", "raise EOFError"),
        (machines.closed, "   open: raise OSError, at ", 'raise OSError("no medium")'),
    ],
)  # fmt: skip
def test_the_line_that_raises_is_named(
    verified: Verified, subject: Subject, row: str, line: str
) -> None:
    judged = verified(subject)
    told = next(one for one in judged.lines if one.startswith(row))
    number = int(told.rpartition(":")[2].partition(" ")[0])
    source = Path(machines.__file__).read_text().splitlines()
    assert source[number - 1].strip() == line


def test_a_machine_that_raises_is_recorded_and_agrees_with_itself(verified: Verified) -> None:
    golden = recorded(machines.refuses)
    assert [entry.result for entry in golden.log][2:4] == ["raise ValueError", "Result(3, b'')"]
    assert verified(machines.refuses, golden).lines[1] == (
        "2 of these are exceptions, compared by their type"
    )
    assert verified(machines.notes, golden).agreement == "differs"


def test_what_observe_gives_is_compared(verified: Verified) -> None:
    golden = recorded(machines.observed, queries=())
    assert verified(machines.observed, golden).agreement == "agrees"
    judged = verified(machines.observed_otherwise, golden)
    assert judged.lines[1] == "   observe: recorded ['a', 'bb', 'cc'], now ['a', 'bb']"


def test_probes_that_are_new_do_not_matter(verified: Verified) -> None:
    assert verified(machines.probed).agreement == "agrees"
    assert verified(machines.notes, recorded(machines.probed)).agreement == "agrees"


def test_what_comes_in_place_of_a_result_is_shown(verified: Verified, golden: Golden) -> None:
    for subject, now in (
        (machines.floats, "Result(1.0, b'')"),
        (machines.plain_numbers, "1, no Result"),
        (machines.silent, "None, no Result"),
        (machines.returns_none, "None, not the entries"),
    ):
        judged = verified(subject)
        assert judged.lines[1] == f"   result: recorded Result(1, b''), now {now}"


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (machines.spins, "update of entry 3 (index 9), b'cc': no progress for 2 s: the machine "
                         "waits for something that smcheck does not control, or computes without "),
        (machines.spins_when_asked, "observe before the first entry: no progress for 2 s: "),
    ],
)  # fmt: skip
def test_the_call_that_does_not_come_back_is_named(
    verified: Verified, subject: Subject, said: str
) -> None:
    judged = verified(subject)
    assert judged.agreement == "inconclusive"
    assert judged.lines[0].startswith(said), judged.lines


def test_float_noise_is_called_so(verified: Verified) -> None:
    golden = recorded(machines.thirds)
    judged = verified(machines.shares, golden)
    assert "all values differ only in float noise" in " ".join(judged.lines)
    assert verified(machines.thirds, golden).agreement == "agrees"


def test_values_that_fight_are_recorded(verified: Verified, tmp_path: Path) -> None:
    file = tmp_path / "g.json"
    file.write_bytes(encode_golden(recorded(machines.hostile)))
    assert verified(machines.hostile, load_golden(file)).agreement == "agrees"
    assert verified(machines.notes, load_golden(file)).agreement == "differs"


def test_long_values_are_compared_by_their_digest(verified: Verified) -> None:
    golden = recorded(machines.long_answers)
    assert verified(machines.long_answers, golden).agreement == "agrees"
    other = machines.subject(type("Other", (machines.AnswersLong,), {"apply": append_twice}))
    assert verified(other, golden).agreement == "differs"


def append_twice(self: machines.Notes, word: str) -> None:
    self.words.append(word if word == "a" else f"{word} ")


def test_nothing_but_results_is_said_plainly(verified: Verified) -> None:
    golden = recorded(machines.blind)
    judged = verified(machines.blind, golden)
    assert judged.lines[:2] == (
        "compared: 6 results",
        "nothing but results was observable, for the machine has no hash, and was asked nothing: "
        "a state that no result tells of may be another; give the subject probes= or observe=",
    )


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (machines.without_snapshots, "restarts were not tried: the machine has no snapshots"),
        (machines.aborts,
         "no restart was tried after entries 2, 4 and 6: the snapshot raised SnapshotAborted"),
    ],
)  # fmt: skip
def test_restarts_that_cannot_be_tried_are_named(
    verified: Verified, subject: Subject, said: str
) -> None:
    judged = verified(subject)
    assert (judged.agreement, judged.lines[-1]) == ("agrees", said)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (machines.hash_seed, "in another process, under another hash seed and clock"),
        (machines.loses_last, "with a restart from an image after entry 2"),
        (machines.cannot_recover, "with a restart from an image after entry 2"),
    ],
)
def test_a_machine_that_does_not_agree_with_itself_is_not_recorded(
    subject: Subject, said: str
) -> None:
    judged = try_record(subject).judged
    assert judged.agreement == "differs"
    assert judged.lines[0].endswith(said)
    assert judged.lines[-1] == "the plain life shows what was recorded"


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (machines.waits, "update of entry 1 (index 3), b'a': expected every call to "
                         "return, none can go on"),
        (machines.ends, "not lived in another process, under another hash seed and clock: "
                        "the worker ended with exit status 3 during update"),
    ],
)  # fmt: skip
def test_of_a_machine_that_does_not_come_through_nobody_can_tell(
    verified: Verified, subject: Subject, said: str
) -> None:
    for judged in (verified(subject), try_record(subject).judged):
        assert judged.agreement == "inconclusive"
        assert judged.lines[0].startswith(said)


def test_another_subject_is_refused(verified: Verified) -> None:
    with pytest.raises(UsageError, match="expected the subject 'Notes' of the file, got 'Other'"):
        verified(machines.renamed)


def test_a_log_with_gaps_is_refused_where_the_profile_has_none() -> None:
    dense = tuple(Command(index, b"a") for index in (1, 2, 3))
    assert try_record(machines.blocks, dense).judged.agreement == "agrees"
    with pytest.raises(UsageError, match="expected indexes 1, 2, 3"):
        try_record(machines.blocks)
