"""Turn ``path/to/file.py:name`` or ``package.module:name`` into the subject it names.

The command line and the worker processes import the user's code through this one door, so that
both see the same modules. It must not know Hypothesis; the user's file may.
"""

from __future__ import annotations

import importlib
import sys
from functools import reduce
from pathlib import Path
from types import ModuleType

from smcheck._faults import line_of, said
from smcheck.errors import UsageError
from smcheck.subject import Subject

_FORM = "path/to/file.py:name or package.module:name"


def resolve(target: str, *, folder: Path | None = None) -> Subject:
    """Import the module of ``target`` and return the subject it names.

    Args:
        target: A file or a dotted module, a colon, and a name, dotted for an attribute.
        folder: Where relative files and modules are looked for; the working directory if
            not given.

    Raises:
        UsageError: Nothing importable is there, or it is no ``Subject``; one line says why.
    """
    module, found = find(target, folder=folder)
    if not isinstance(found, Subject):
        raise UsageError(
            f"target {target!r}: expected a smcheck.Subject, got {_kind(found)}: "
            f"{_subjects_in(module)}"
        )
    return found


def find(target: str, *, folder: Path | None = None) -> tuple[ModuleType, object]:
    """Import the module of ``target`` as ``resolve`` does; return it and whatever it names.

    Raises:
        UsageError: Nothing importable is there; one line says why.
    """
    place, colon, name = target.rpartition(":")
    if not colon or not place or not name:
        raise UsageError(f"target {target!r}: expected {_FORM}, got no name after a colon")
    module = _load(target, place, (folder or Path.cwd()).absolute())
    try:
        found: object = reduce(getattr, name.split("."), module)
    except AttributeError:
        raise UsageError(
            f"target {target!r}: expected the name {name!r} in {_where(module)}, got none: "
            f"{_subjects_in(module)}"
        ) from None
    except Exception as error:
        raise UsageError(
            f"target {target!r}: expected the name {name!r} in {_where(module)}, looking for it "
            f"raised {said(error)} at {line_of(error)}: mend the module first"
        ) from error
    return module, found


def target_of(subject: Subject) -> str | None:
    """Return a target under which another process finds ``subject``, ``None`` without one.

    Only names of modules that came from a file, and attributes of their classes, are found.
    """
    # Programs put other things than modules there.
    modules: list[object] = list(sys.modules.values())
    for module in modules:
        file = getattr(module, "__file__", None)
        if not isinstance(module, ModuleType) or not str(file).endswith(".py"):
            continue
        for name, value in list(vars(module).items()):
            if value is subject:
                return f"{Path(str(file)).absolute()}:{name}"
            if isinstance(value, type) and value.__module__ == module.__name__:
                for attribute, inner in list(vars(value).items()):
                    if inner is subject:
                        return f"{Path(str(file)).absolute()}:{name}.{attribute}"
    return None


def _load(target: str, place: str, folder: Path) -> ModuleType:
    if not place.endswith(".py") and "/" not in place:
        _put_on_path(folder)
        return _import(target, place, folder)
    file = _file_at(folder / place)
    if file is None:
        raise UsageError(
            f"target {target!r}: expected a file, got none at {folder / place}: check the path"
        )
    if file.suffix != ".py" or not file.stem.isidentifier():
        raise UsageError(
            f"target {target!r}: expected a file that Python can import, got {file.name!r}: "
            "name it like a module, for example machine.py"
        )
    root, dotted = _module_of(file)
    _put_on_path(folder)
    _put_on_path(root)
    module = _import(target, dotted, root)
    came_from = getattr(module, "__file__", None)
    if came_from is None or Path(came_from).resolve() != file:
        raise UsageError(
            f"target {target!r}: expected module {dotted!r} from {file}, got the one from "
            f"{came_from or 'the interpreter'}: rename the file"
        )
    return module


def _file_at(path: Path) -> Path | None:
    """Return the file that ``path`` leads to, ``None`` where it leads nowhere."""
    try:
        file = path.resolve()
        return file if file.is_file() else None
    except (OSError, RuntimeError, ValueError):
        # A circle of links, a name that is too long, a zero byte.
        return None


def _module_of(file: Path) -> tuple[Path, str]:
    """Return the folder that must be on the path, and the dotted name below it."""
    names = [] if file.stem == "__init__" else [file.stem]
    root = file.parent
    while (root / "__init__.py").is_file() and root.name.isidentifier():
        names.append(root.name)
        root = root.parent
    return root, ".".join(reversed(names)) or file.stem


def _put_on_path(folder: Path) -> None:
    """Make ``folder`` the first place, wherever it stood before."""
    text = str(folder)
    sys.path[:] = [text, *(entry for entry in sys.path if entry != text)]
    importlib.invalidate_caches()


def _import(target: str, dotted: str, root: Path) -> ModuleType:
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{dotted}.".startswith(f"{error.name}."):
            raise UsageError(
                f"target {target!r}: expected a module {dotted!r}, got none named "
                f"{error.name!r}: run from the folder that holds it, or give the file's path"
            ) from None
        raise UsageError(_broken(target, error, root)) from error
    except UsageError as error:
        raise UsageError(f"target {target!r}: {error} ({line_of(error, root)})") from error
    except SystemExit as error:
        raise UsageError(
            f"target {target!r}: expected a module that can be imported, got "
            f"sys.exit({error.code!r}) at {line_of(error, root)}: guard it with "
            'if __name__ == "__main__"'
        ) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise UsageError(_broken(target, error, root)) from error


def _broken(target: str, error: BaseException, root: Path) -> str:
    return (
        f"target {target!r}: expected a module that can be imported, got {said(error)} at "
        f"{line_of(error, root)}: mend the module first"
    )


def _where(module: ModuleType) -> str:
    return str(getattr(module, "__file__", None) or module.__name__)


def _kind(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__qualname__}"
    return f"an object of type {type(value).__qualname__}"


def _subjects_in(module: ModuleType) -> str:
    names = [name for name, value in vars(module).items() if isinstance(value, Subject)]
    if names:
        return f"the subjects there are {', '.join(names)}"
    return "make one with name = smcheck.Subject(machine=…, commands=…)"
