"""What a subject's machines are like, as far as it shows before one is made."""

from __future__ import annotations

from smcheck.contract.profiles import PROFILES, Kind, Profile, kind_of
from smcheck.subject import Subject


def likely_kind(subject: Subject) -> Kind:
    """Return the kind from ``kind=``, or from the class that the factory is or says it returns."""
    if subject.kind is not None:
        return Kind(subject.kind)
    if isinstance(subject.machine, type):
        return kind_of(subject.machine)
    returns = getattr(subject.machine, "__annotations__", {}).get("return")
    return kind_of(returns) if isinstance(returns, type) else Kind.CONCURRENT


def likely_profile(subject: Subject) -> Profile:
    """Return how the subject's library calls machines of the likely kind."""
    kinds = PROFILES[subject.profile]
    return kinds.get(likely_kind(subject)) or next(iter(kinds.values()))
