"""What a first test is made of, before it is laid out as a file."""

from __future__ import annotations

from dataclasses import dataclass, field

from smcheck.cli.first_test.layout import Expression


@dataclass(frozen=True, slots=True)
class Line:
    """An assignment of the file.

    Attributes:
        decide: What the user must decide about it; empty for nothing.
    """

    name: str
    value: Expression
    decide: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a class comes from.

    Attributes:
        module: Its dotted name.
        name: The class, dotted for one inside another.
        root: Folder that must be on the path; empty where it always is.
    """

    module: str
    name: str
    root: str = ""


@dataclass(slots=True)
class Draft:
    """All that is written.

    Attributes:
        kind: What the machine was taken for.
        lines: Assignments, in order; the last one is the subject.
        imports: Modules of the standard library, or of packages, that they need.
        guessed: What was found out, a sentence each.
    """

    place: Place
    kind: str
    lines: list[Line] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    guessed: list[str] = field(default_factory=list)
