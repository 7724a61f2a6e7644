"""Which code is the machine's: what gets points, and what reports may blame.

Knows modules and code objects; nothing of tasks. Never smcheck itself, Hypothesis or pytest.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, FrameType, FunctionType, ModuleType
from weakref import ref

from smcheck.runtime.origins import original
from smcheck.runtime.thawed import thawed

NEVER_TRACED = frozenset(
    {"smcheck", "smcheck_strategies", "hypothesis", "pytest", "_pytest", "pluggy"}
)


def packages_of(maker: object) -> list[str]:
    """Return the top-level package of a factory, and of a class those of bases beside it too.

    A base from another place is a library's; for a class that is installed they all are.
    """
    classes = maker.__mro__ if isinstance(maker, type) else (maker,)
    own, *bases = dict.fromkeys(map(_top_of, classes))
    home = _home_of(own)
    if home is None or "site-packages" in home.split(os.sep):
        return [own]
    return [own, *(base for base in bases if _home_of(base) == home)]


def _top_of(maker: object) -> str:
    return str(getattr(maker, "__module__", "")).partition(".")[0]


def _home_of(package: str) -> str | None:
    """Return the folder that a top-level package or module lies in."""
    places = [*_places_of(sys.modules[package])] if package in sys.modules else []
    return os.path.dirname(places[-1].removesuffix(os.sep)) if places else None


class Traced:
    """The modules of some names, and everything below them.

    A name is that of a top-level package, of a module, or ``__main__``. Modules that are
    imported later are taken in by ``refresh``.

    Attributes:
        names: What was asked for, without what is never traced.
        generation: Grows whenever new code was taken in.
        known_files: Which files that were asked for are the machine's; ask ``is_machine_file``
            for others.
        kinds: What code objects are, as ``Frames`` found; forgotten with new code.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.generation = 0
        self._modules: dict[str, ModuleType] = {}
        self._codes: dict[int, CodeType] = {}
        self._generated: set[int] = set()
        self._functions: list[ref[FunctionType]] = []
        self.known_files: dict[str, bool] = {}
        self.kinds: dict[int, tuple[CodeType, int]] = {}
        self._files: frozenset[str] = frozenset()
        self._folders: tuple[str, ...] = ()
        self._loaded = -1
        self.refresh()

    @classmethod
    def of(cls, packages: Iterable[str]) -> Traced:
        """Trace the modules called one of ``packages``, and those below them."""
        names = dict.fromkeys(name for name in packages if name)
        return cls(tuple(n for n in names if n.partition(".")[0] not in NEVER_TRACED))

    def modules(self) -> tuple[ModuleType, ...]:
        """Return the machine's modules that are imported by the last ``refresh``."""
        return tuple(self._modules.values())

    def codes(self) -> tuple[CodeType, ...]:
        """Return every code object of the machine known by the last ``refresh``."""
        return tuple(self._codes.values())

    def functions(self) -> Iterator[FunctionType]:
        """Yield the machine's functions that were alive at the last ``refresh`` and still are."""
        for function in self._functions:
            lives = function()
            if lives is not None:
                yield lives

    def is_machine(self, code: CodeType | FrameType, /) -> bool:
        """Return whether code, or the code of a frame, is the machine's."""
        if isinstance(code, FrameType):
            code = code.f_code
        file = code.co_filename
        known = self.known_files.get(file)
        if known is None:
            known = self.is_machine_file(file)
        return known or id(original(code)) in self._generated

    def is_machine_file(self, file: str) -> bool:
        """Return whether a source file is the machine's."""
        known = self.known_files.get(file)
        if known is None:
            path = file if os.path.isabs(file) else os.path.abspath(file)
            known = not file.startswith("<") and (
                path in self._files or path.startswith(self._folders)
            )
            self.known_files[file] = known
        return known

    def refresh(self) -> None:
        """Take in modules that were imported since; cheap when nothing was."""
        if len(sys.modules) == self._loaded:
            return
        self._loaded = len(sys.modules)
        found = {name: m for name, m in tuple(sys.modules.items()) if self._is_name(name)}
        if found.keys() - self._modules.keys():
            self._modules = dict(sorted(found.items()))
            places = [place for module in self._modules.values() for place in _places_of(module)]
            self._files = frozenset(places)
            self._folders = tuple(place for place in places if place.endswith(os.sep))
            self.rescan()

    def rescan(self) -> None:
        """Take in functions that were made since, such as the methods of a new dataclass."""
        self.generation += 1
        self.known_files.clear()
        self.kinds.clear()
        self._functions.clear()
        in_file: dict[str, bool] = {}
        in_module: dict[str, bool] = {}
        for function in _functions():
            # Thousands of them: what was asked before is looked up, not called.
            file = function.__code__.co_filename
            if file[0:1] == "<":
                name = str(function.__globals__.get("__name__"))
                is_own = in_module.get(name)
                if is_own is None:
                    is_own = in_module[name] = self._is_name(name)
            else:
                is_own = in_file.get(file)
                if is_own is None:
                    is_own = in_file[file] = self.is_machine_file(file)
            if is_own:
                self._take(function)

    def _take(self, function: FunctionType) -> None:
        self._functions.append(ref(function))
        code = original(function.__code__)
        if id(code) not in self._codes:
            nested = list(with_nested(code))
            self._codes.update((id(c), c) for c in nested)
            if code.co_filename.startswith("<"):
                self._generated.update(map(id, nested))

    def _is_name(self, module: str) -> bool:
        return any(module == n or module.startswith(f"{n}.") for n in self.names)


def _functions() -> list[FunctionType]:
    """Return every function alive.

    Walking modules, classes, closures and wrappers misses what decorators keep in places of
    their own; the collector knows every function, generated ones too.
    """
    with thawed():
        return [o for o in gc.get_objects() if type(o) is FunctionType]


def with_nested(code: CodeType) -> Iterator[CodeType]:
    """Yield a code object and those of the functions that it makes."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from with_nested(constant)


def _places_of(module: object) -> Iterator[str]:
    """Yield the file of a lone module or the folder, with a separator, of a package."""
    file = getattr(module, "__file__", None)
    if file:
        yield os.path.abspath(file)
    for folder in getattr(module, "__path__", ()):
        yield os.path.join(os.path.abspath(folder), "")
