"""All mutants of the correct machines, each with a name that holds as long as the change does."""

from __future__ import annotations

import ast
import difflib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants import copies, disk, entries, images, locks, lookups, state
from tests.mutants.source import Edit, Source

Operator = Callable[[Source], Iterator[list[Edit]]]

OPERATORS: dict[str, Operator] = {
    operator.__name__.replace("_", " "): operator
    for operator in (
        copies.drop_a_copy, copies.hand_out_the_source,
        locks.drop_a_lock, locks.leave_a_lock_early, locks.take_a_lock_late, locks.swap_two_locks,
        locks.use_a_plain_lock, locks.skip_a_notify, locks.wait_once,
        state.swap_two_writes, state.drop_a_test, state.read_the_clock, state.iterate_a_set,
        state.drop_an_order, state.use_what_differs_by_process, state.share_between_instances,
        entries.keep_the_entries, entries.set_results_on_copies, entries.forget_a_result,
        entries.raise_instead_of_rejecting,
        images.skip_a_field, images.merge_on_recovery, images.restore_one_off,
        images.swallow_an_error, images.ignore_a_short_write,
        disk.drop_a_flush, disk.write_in_place, disk.skip_a_sync, disk.open_at_another_index,
        lookups.change_in_a_lookup, lookups.test_then_read, lookups.clear_on_close,
    )
}  # fmt: skip
"""What breaks a machine, by the name it has in the report."""


SELF_CONTAINED = {"swallow an error", "ignore a short write"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One correct machine with one fault.

    Attributes:
        name: Machine, operator, function, and the lines that go and come. No line number, so
            that it stays when something else in the file changes.
        line: Where the change begins in the correct file; for people.
        text: The whole file.
        fault: Equal for the same change in the same function of two machines.
    """

    name: str
    machine: str
    operator: str
    line: int
    text: str
    fault: str

    @property
    def digest(self) -> str:
        """Return what is equal for equal files."""
        return _digest(self.text)


def mutants(machine: str, text: str) -> list[Mutant]:
    """Return every mutant of one file, each different text once."""
    source = Source(text)
    seen = {ast.dump(source.tree)}
    times: Counter[str] = Counter()
    found = []
    for operator, changes in OPERATORS.items():
        for edits in changes(source):
            mutated = source.edited(edits)
            meaning = ast.dump(ast.parse(mutated))
            if meaning not in seen:
                seen.add(meaning)
                line, change = _change(text, mutated)
                name = f"{machine}: {operator} in {source.place(edits[0].node)}: {change}"
                times[name] += 1
                name += f" ({times[name]})" if times[name] > 1 else ""
                fault = _digest(f"{operator}: {change}\n{source.around(edits[0].node)}")
                found.append(Mutant(name, machine, operator, line, mutated, fault))
    return found


def mutants_of(machines: Iterable[tuple[str, Path]]) -> list[Mutant]:
    """Return the mutants of some files.

    Faults that hang on nothing outside their function come once, in the first file that has it:
    most machines save with the same three lines.
    """
    found: dict[str, Mutant] = {}
    for name, path in machines:
        for mutant in mutants(name, path.read_text("utf-8")):
            key = mutant.fault if mutant.operator in SELF_CONTAINED else mutant.name
            found.setdefault(key, mutant)
    return list(found.values())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _change(before: str, after: str) -> tuple[int, str]:
    """Return the first line that changed, and all that did: ``-`` what goes, ``+`` what comes.

    A line that only moved to the right or left counts where nothing else changed.
    """
    old, new = before.splitlines(), after.splitlines()
    steps = _steps([line.strip() for line in old], [line.strip() for line in new])
    steps = steps or _steps(old, new)
    gone = [f"- {old[at].strip()}" for step in steps for at in range(step[1], step[2])]
    come = [f"+ {new[at].strip()}" for step in steps for at in range(step[3], step[4])]
    return steps[0][1] + 1, " ".join(line for line in (*gone, *come) if line[2:])


def _steps(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Return where two files differ, but for imports that came."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        step for step in matcher.get_opcodes()
        if step[0] != "equal" and not "".join(new[step[3] : step[4]]).startswith(("import", "from"))
    ]  # fmt: skip
