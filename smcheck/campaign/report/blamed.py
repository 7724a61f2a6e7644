"""Source of a stored finding, held against what was blamed: files are edited between nights."""

from __future__ import annotations

from dataclasses import replace

from smcheck.campaign.records import StoredFinding
from smcheck.report.page.sources import Place, place
from smcheck.report.page.views import FindingView


def has_source(found: StoredFinding) -> bool:
    """Return whether the line at fault is still there and reads as it did."""
    there = place(found.finding.location, around=0)
    return not _checked(there, {traits.line for traits in found.traits}).note


def with_true_source(view: FindingView, found: StoredFinding) -> FindingView:
    """Return the view of a finding without lines that are not those it is about."""
    blamed = _checked(view.place, {traits.line for traits in found.traits})
    is_edited = bool(blamed.note)
    related = tuple(
        _checked(one, _texts(one, found) or ({""} if is_edited else set()))
        if one.lines else one
        for one in view.related
    )  # fmt: skip
    return replace(view, place=blamed, related=related)


def _texts(there: Place, found: StoredFinding) -> set[str]:
    """Return the texts that a further line of its function had."""
    function = there.location.function
    pairs = (pair for traits in found.traits for pair in traits.related)
    texts = {text for name, text in pairs if name == function}
    blamed = {traits.line for traits in found.traits if traits.function == function}
    return texts | blamed if texts else texts


def _checked(there: Place, texts: set[str]) -> Place:
    """Return a place as it is if its line reads so, or nothing is known of how it read."""
    if there.location.line < 1:
        return there
    if there.named is None:
        return replace(there, note="This line is not here any more, so it is not shown.")
    if not texts or "".join(there.named.split()) in texts:
        return there
    note = "The file was edited since: this is not the line any more, so it is not shown."
    return replace(there, lines=(), note=note)
