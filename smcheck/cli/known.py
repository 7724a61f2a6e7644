"""Look after what a subject says is known: replay its witnesses, and say what became of them.

An entry whose defect is gone would let the next one pass, so it fails the check. Only a witness
can tell: a search that met nothing proves nothing. Runs none of the user's code itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from smcheck._witness_names import Stored, witnesses_in
from smcheck.cli.messages import Replayed, Resolved
from smcheck.cli.survey import OPERATIONS
from smcheck.errors import InternalError, UsageError
from smcheck.finding import (
    Breach,
    ClauseStatus,
    Finding,
    Location,
    SubjectReport,
    Verdict,
    known_as,
    signature,
)

CHECK = "known"
"""Name of the check that finds an entry stale."""

_FIXED, _FAILS, _DIFFERS = "fixed", "still fails", "fails differently"


def look_after_known(
    report: SubjectReport, resolved: Resolved, folder: Path, *, only: Collection[str] = ()
) -> None:
    """Replay what is stored of known findings that the search did not meet.

    Adds to ``report`` what still fails, as known; what fails no more, as a violation whose
    remedy is to remove the entry; and what tells neither, as a reason. Where nothing is stored
    it costs the reading of the folder's names.
    """
    if not resolved.known:
        return
    met = {
        known_as(resolved.known, finding.breach.clause, finding.signature)
        for finding in report.findings
    }
    for key, witnesses in _by_key(resolved, folder, only).items():
        if key not in met:
            _Entry(report, resolved, key).judge(witnesses)


def _by_key(resolved: Resolved, folder: Path, only: Collection[str]) -> dict[str, list[Stored]]:
    """Return what is stored of each entry, in the order of the entries."""
    found: dict[str, list[Stored]] = {key: [] for key in resolved.known}
    for stored in witnesses_in(folder, resolved.name):
        key = known_as(resolved.known, stored.clause, stored.signature)
        if key is not None and not (only and stored.clause not in only):
            found[key].append(stored)
    return found


class _Entry:
    """One entry of ``known`` and the report that its witnesses are told in."""

    def __init__(self, report: SubjectReport, resolved: Resolved, key: str) -> None:
        self._report = report
        self._resolved = resolved
        self._key = key
        self._method = ""

    def judge(self, witnesses: list[Stored]) -> None:
        """Replay ``witnesses`` until one still fails; the entry is stale if one is fixed."""
        fixed: list[Stored] = []
        for stored in witnesses:
            outcome = self._replay(stored)
            if outcome is None:
                continue
            if outcome.status == _FIXED and outcome.reason:
                self._note(f"{stored.path} no longer fails, which is not sure: {outcome.reason}")
            elif outcome.status == _FIXED:
                fixed.append(stored)
            elif outcome.status == _FAILS and outcome.finding is not None:
                self._keep(stored, outcome.finding)
                for one in fixed:
                    self._note(f"{one.path} no longer fails, {stored.path} does: delete the first")
                return
            else:
                why = "another finding" if outcome.status == _DIFFERS else outcome.reason
                self._note(f"{stored.path} {outcome.status}: {why}; `smcheck replay` tells more")
        if fixed:
            self._fail(fixed)

    def _replay(self, stored: Stored) -> Replayed | None:
        """Return what a replay says; a file that is not for this subject is told and left."""
        # Fetched here because nobody without a stored witness needs so much.
        from smcheck.cli.replay import replay_in_child
        from smcheck.engine.witness import load_witness

        try:
            witness = load_witness(stored.path)
            if witness.subject != self._resolved.name:
                return None
            if not _is_same(witness.target, Path(witness.folder), self._resolved.target):
                self._note(f"{stored.path} is of another subject, {witness.target}: not replayed")
                return None
            self._method = witness.breach.method
            return replay_in_child(stored.path)
        except UsageError as error:
            self._note(f"not replayed: {error}")
        except InternalError as error:
            last = str(error).strip().splitlines()[-1]
            self._note(f"{stored.path} not replayed, smcheck itself failed: {last}")
        return None

    def _note(self, text: str) -> None:
        self._report.reasons.append(f"known {self._key}: {text}")

    def _keep(self, stored: Stored, finding: Finding) -> None:
        """Report what still fails, under the signature it was stored with."""
        stays = replace(finding, signature=stored.signature).kept_at(stored.path)
        stays = stays.weighed(self._resolved.known)
        self._report.findings.append(stays)
        before = self._report.clauses.get(stays.breach.clause)
        times = max(1, before.exercised if before else 0)
        self._report.clauses[stays.breach.clause] = ClauseStatus(times, Verdict.VIOLATED)

    def _fail(self, fixed: list[Stored]) -> None:
        """Report the entry as stale."""
        name, reason = self._resolved.name, self._resolved.known[self._key]
        paths = " and ".join(str(stored.path) for stored in fixed)
        breach = Breach(
            fixed[0].clause,
            CHECK,
            "a known finding is fixed: its entry in known is stale",
            f"expected what known[{self._key!r}] ({reason}) speaks of to fail still, but {paths} "
            f"no longer {'fail' if fixed[1:] else 'fails'}: remove the entry from known= of {name} "
            "and delete the witness; as long as it is there, the next defect under it passes as "
            "known",
            method=self._method,
            evidence=(("entry", self._key), ("reason", reason)),
        )
        place = self._place()
        found = Finding(
            breach,
            place,
            signature=signature(name, breach, place.function, fixed[0].signature),
        )
        self._report.findings.append(found.kept_at(fixed[0].path))
        self._report.verdict = Verdict.VIOLATED

    def _place(self) -> Location:
        """Return the first line of the method that was at fault, or what there is instead."""
        places = self._resolved.methods
        at_fault = [op for op, method in OPERATIONS.items() if method == self._method]
        found = [places[op] for op in (*at_fault, *places) if op in places]
        return found[0] if found else Location(_file_of(self._resolved.target, Path.cwd()), 1, "")


def _is_same(theirs: str, their_folder: Path, ours: str) -> bool:
    """Return whether two targets name one subject, as far as can be told without an import.

    A witness may have come here from another folder or machine: where its own file is no more,
    the names decide.
    """
    places = [theirs.rpartition(":"), ours.rpartition(":")]
    if places[0][2] != places[1][2]:
        return False
    files = [_file_of(theirs, their_folder), _file_of(ours, Path.cwd())]
    if all(files) and Path(files[0]).exists():
        return Path(files[0]) == Path(files[1])
    stems = [_stem(place) for place, _, _ in places]
    return stems[0] == stems[1] if any(files) else places[0][0] == places[1][0]


def _file_of(target: str, folder: Path) -> str:
    """Return the file that a target names, empty for a dotted module."""
    place = target.rpartition(":")[0]
    is_file = place.endswith(".py") or "/" in place
    return str((folder / place).resolve()) if is_file else ""


def _stem(place: str) -> str:
    return Path(place).stem if place.endswith(".py") else place.rpartition(".")[2]
