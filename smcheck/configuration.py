"""Read ``[tool.smcheck]`` of the project's ``pyproject.toml``: defaults for both front doors.

Knows the keys and the types of their values. What a value means is for those who use it: the
command line reads it as if it had been typed, and so does the pytest plugin.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from smcheck.errors import UsageError

FILE = "pyproject.toml"
TABLE = "[tool.smcheck]"

_NUMBER, _TEXT, _TEXTS, _SWITCH, _TIME, _PATH = (
    "a whole number", "a text", "a list of texts", "true or false",
    'a text such as "10s", or a number of seconds', "the name of a file or folder",
)  # fmt: skip
_TYPES: dict[str, tuple[type, ...]] = {
    _NUMBER: (int,), _TEXT: (str,), _TEXTS: (list,), _SWITCH: (bool,), _TIME: (str, int, float),
    _PATH: (str,),
}  # fmt: skip
KEYS = {
    "time": _TIME, "max-examples": _NUMBER, "schedules": _NUMBER, "seed": _NUMBER, "only": _TEXTS,
    "vary": _TEXTS, "dont-vary": _TEXTS, "strict": _SWITCH, "witness": _PATH, "html": _PATH,
    "json": _PATH, "profile": _TEXT, "store": _PATH,
}  # fmt: skip
"""What may be said, and what its value is: options of ``smcheck check`` and of pytest."""

_LEAST = {"max-examples": 1, "schedules": 1, "seed": 0}

Value = str | int | float | bool | list[str]


def configuration(folder: Path) -> Mapping[str, Value]:
    """Return the table that rules in ``folder``: the nearest one upwards, empty without one.

    Paths in it are made absolute: they are relative to the file that they stand in.

    Raises:
        UsageError: The file is no TOML, or a key or value is not what it must be.
    """
    for place in (folder.absolute(), *folder.absolute().parents):
        table = _table_in(place / FILE) if names_smcheck(place) else None
        if table is not None:
            return _read(table, place)
    return {}


def names_smcheck(folder: Path) -> bool:
    """Return whether a project file in ``folder`` may have something for smcheck."""
    try:
        return b"smcheck" in (folder / FILE).read_bytes()
    except (OSError, ValueError):
        return False


def _table_in(file: Path) -> object | None:
    import tomllib

    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{file}: expected TOML, got what is none ({error}): mend it") from None
    tool = data.get("tool")
    return tool.get("smcheck") if isinstance(tool, dict) else None


def _read(table: object, folder: Path) -> Mapping[str, Value]:
    file = folder / FILE
    if not isinstance(table, dict):
        raise UsageError(f"{file}: expected a table {TABLE}, got {table!r:.60}: write one")
    return {key: _value(file, key, value) for key, value in table.items()}


def _value(file: Path, key: str, value: object) -> Value:
    if key not in KEYS:
        import difflib

        near = difflib.get_close_matches(key, KEYS, n=1)
        offer = f"did you mean {near[0]}?" if near else f"there are {', '.join(KEYS)}"
        raise UsageError(f"{file}: {TABLE}: expected a key of smcheck, got {key!r}: {offer}")
    form = KEYS[key]
    # True is a number to Python and not to a person.
    is_fine = isinstance(value, _TYPES[form]) and isinstance(value, bool) == (form == _SWITCH)
    if isinstance(value, list):
        is_fine = is_fine and all(isinstance(one, str) for one in value)
    if not is_fine or value == "":
        raise UsageError(
            f"{file}: {TABLE}: expected {key} to be {form}, got {value!r:.60}: correct it"
        )
    if key == "profile":
        from smcheck.testing.settings import PROFILES

        if value not in PROFILES:
            known = ", ".join(PROFILES)
            raise UsageError(
                f"{file}: {TABLE}: expected profile to be one of {known}, got {value!r:.60}: "
                "correct it"
            )
    assert isinstance(value, str | int | float | bool | list)
    if isinstance(value, int) and value < _LEAST.get(key, value):
        raise UsageError(
            f"{file}: {TABLE}: expected {key} to be {_LEAST[key]} or more, got {value}: correct it"
        )
    return str(file.parent / str(value)) if form == _PATH else value
