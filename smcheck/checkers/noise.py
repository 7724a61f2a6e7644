"""Tell values that differ only by the rounding of floats. Pure."""

from __future__ import annotations

import math
import re

FLOAT_NOISE = "differ only in float noise"

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_RELATIVE = 1e-9
_ABSOLUTE = 1e-12


def is_float_noise(one: str, other: str) -> bool:
    """Return whether two texts differ, and only in the last digits of floats.

    >>> is_float_noise("[0.30000000000000004, 'a']", "[0.3, 'a']"), is_float_noise("1", "1.0")
    (True, False)
    """
    if one == other or _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(a == b or _are_near(a, b) for a, b in pairs)


def noise_note(one: str, other: str) -> str:
    """Return how a message goes on where two texts differ by no more, else nothing."""
    if not is_float_noise(one, other):
        return ""
    return f"; they {FLOAT_NOISE}: sum in a fixed order, or with math.fsum"


def _are_near(one: str, other: str) -> bool:
    if not all("." in text or "e" in text for text in (one, other)):
        return False
    return math.isclose(float(one), float(other), rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
