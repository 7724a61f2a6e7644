"""Draw the settings of the twins of one check, from its seed alone."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from smcheck.circumstances.data import (
    ANOTHER_PYTHON,
    CIRCUMSTANCES,
    OF_CHECK,
    Circumstance,
    Setting,
    taking,
)
from smcheck.errors import UsageError

_ZONES = ("<-0330>3:30", "<+1245>-12:45", "<-08>8", "<+0545>-5:45")
_LANGUAGES = ("C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", "ja_JP.UTF-8")
_DAY_S = 86_400.0
PAUSES_S = (0.75, 20.5, 0.01, 310.0, 4_000.0, 3.25, 100_000.0)
"""Time between calls that is long for one machine or another: a bucket, a lease, a day."""
_JUMPS_S = (0.0, 30.0, 0.5, 0.0, 400.0, 7_200.0, 0.0)
"""By how much a wall clock is put back: by its daemon, by hand, out of summer time."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which circumstances are varied.

    Attributes:
        names: Of those; the ones on by default unless given.
        python: Path of another interpreter, where that is varied.
    """

    names: frozenset[str] = field(
        default_factory=lambda: frozenset(c.name for c in CIRCUMSTANCES if c.on_by_default)
    )
    python: str = ""

    def varies(self, check: str) -> bool:
        """Return whether a check of this process is made: nothing is told of what is not varied."""
        circumstance = OF_CHECK.get(check)
        return circumstance is None or circumstance in self.names

    def added(self) -> list[str]:
        """Return the circumstances off by default that are varied."""
        return [c.name for c in CIRCUMSTANCES if not c.on_by_default and c.name in self.names]

    def left_out(self) -> list[str]:
        """Return the circumstances on by default that are not varied."""
        return [c.name for c in CIRCUMSTANCES if c.on_by_default and c.name not in self.names]


def choose(vary: Mapping[str, str], dont_vary: frozenset[str]) -> Choice:
    """Return the default choice with some circumstances added and some taken away.

    Args:
        vary: Names to add, with what they are varied to where one must say so.
        dont_vary: Names to take away.

    Raises:
        UsageError: Nothing is called so, or a circumstance is in both.
    """
    known = {circumstance.name: circumstance for circumstance in CIRCUMSTANCES}
    for name in (*vary, *dont_vary):
        if name not in known:
            raise UsageError(
                f"expected the name of a circumstance, got {name!r}: "
                "`smcheck circumstances` lists them"
            )
    both = sorted(vary.keys() & dont_vary)
    if both:
        raise UsageError(
            f"expected each circumstance to be varied or not, got both for {both[0]!r}: "
            "leave one out"
        )
    return Choice(Choice().names.union(vary).difference(dont_vary), vary.get(ANOTHER_PYTHON, ""))


def default_settings(
    seed: int, *, count: int = 2, choice: Choice | None = None
) -> tuple[Setting, ...]:
    """Return ``count`` settings that differ in every circumstance of the choice.

    Equal seeds and choices give equal settings, on every machine.
    """
    choice = choice or Choice()
    first = _setting(seed, 0, choice)
    return tuple(_chosen(first, _setting(seed, n, choice), choice) for n in range(count))


def _chosen(first: Setting, setting: Setting, choice: Choice) -> Setting:
    for circumstance in CIRCUMSTANCES:
        if circumstance.fields and circumstance.name not in choice.names:
            setting = taking(setting, circumstance, _base(circumstance, first))
    return setting


def _base(circumstance: Circumstance, first: Setting) -> Setting:
    return first if circumstance.on_by_default else Setting()


def _setting(seed: int, number: int, choice: Choice) -> Setting:
    draw = random.Random(derive_seed(seed, number))
    return Setting(
        hash_seed=derive_seed(seed, number, "hash seed") % (2**32 - 1) + 1,
        encoding="ascii" if number % 3 == 2 else "utf-8",
        utf8_mode=number % 3 == 1,
        # Days and hours apart: also a date, and a clock read in whole hours, must differ.
        wall_s=1_700_000_000.0 + (number * 401 + draw.randrange(200)) * _DAY_S
        + draw.randrange(86_400) + 0.25,
        rate=(1.0, 0.5, 3.0)[number % 3],
        monotonic_s=float(1_000 + 50_000 * number + draw.randrange(10_000)),
        pauses_s=PAUSES_S if number % 2 else (),
        jumps_s=_JUMPS_S if number else (),
        random_seed=draw.getrandbits(32),
        ids=draw.getrandbits(32),
        collects=(0, 3, 50)[number % 3],
        threads=number,
        process_id=10_000_000 + 1_009 * number + draw.randrange(1_000),
        host=f"host-{number}",
        user=f"replica-{number}",
        home=f"home-{number}",
        folder=str(number),
        env=(("SMCHECK_TWIN", str(number)), *((("SMCHECK_FURTHER", "1"),) if number % 2 else ())),
        zone=_ZONES[number % len(_ZONES)],
        language=_LANGUAGES[number % len(_LANGUAGES)],
        umask=(0o022, 0o077, 0o002)[number % 3],
        listing=draw.getrandbits(31) + 1 if number else 0,
        precision=(28, 12, 50)[number % 3],
        recursion=(0, 500, 3_000)[number % 3],
        optimised=number % 2 == 1,
        python=choice.python if number % 2 else "",
    )  # fmt: skip


def derive_seed(*parts: object) -> int:
    """Return a number of 63 bits that depends on ``parts`` only, by their texts."""
    text = "/".join(str(part) for part in ("smcheck", *parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
