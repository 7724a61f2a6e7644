"""A machine that stands for an object of another form: what adapters make.

Whoever names a line looks at the object behind it, for an adapter's own lines are nobody's fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Adapted:
    """Be the machine of an object that has other methods.

    Attributes:
        METHODS: Method of the object that does the work, by method of the machine; what is
            missing here is found by running it.
    """

    METHODS: ClassVar[Mapping[str, str]] = {}

    @property
    def adapted(self) -> object:
        """The user's own object."""
        raise NotImplementedError


def own_object(machine: object) -> object:
    """Return the user's own object behind a machine, mostly the machine itself."""
    return machine.adapted if isinstance(machine, Adapted) else machine


def own_method(machine_class: type, method: str) -> str:
    """Return what a method of the machine is called in the user's class, empty if nobody knows."""
    if not issubclass(machine_class, Adapted) or method.startswith("__"):
        return method
    return machine_class.METHODS.get(method, "")
