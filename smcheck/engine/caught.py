"""A breach together with the case that shows it: what moves between the parts of the engine."""

from __future__ import annotations

from dataclasses import dataclass

from smcheck.finding import Breach
from smcheck.plan import Plan
from smcheck.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Caught:
    """Running the check ``breach.check`` on this case shows the breach again."""

    breach: Breach
    plan: Plan
    schedule: Schedule = ()
