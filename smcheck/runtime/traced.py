"""Which code is the machine's: what gets points, and what reports may blame.

Knows modules and code objects; nothing of tasks. Never smcheck itself, Hypothesis or pytest.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, FrameType, FunctionType, ModuleType
from weakref import ref

from smcheck.runtime.functions import Functions
from smcheck.runtime.origins import original

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
        self._below = tuple(f"{name}." for name in names)
        self._modules: dict[str, tuple[int, object]] = {}
        self._codes: dict[int, CodeType] = {}
        self._generated: set[int] = set()
        self._alive = Functions()
        self._functions: dict[int, ref[FunctionType]] = {}
        self.known_files: dict[str, bool] = {}
        self.kinds: dict[int, tuple[CodeType, int]] = {}
        self._files: frozenset[str] = frozenset()
        self._folders: tuple[str, ...] = ()
        self._loaded: list[str] = []
        self._own: list[str] = []
        self.rescan()

    @classmethod
    def of(cls, packages: Iterable[str]) -> Traced:
        """Trace the modules called one of ``packages``, and those below them.

        What is known of the same names already is used again.
        """
        asked = dict.fromkeys(name for name in packages if name)
        names = tuple(n for n in asked if n.partition(".")[0] not in NEVER_TRACED)
        known = _known.get(names)
        if known is not None:
            known.rescan()
            return known
        if len(_known) >= _LIMIT_KNOWN:
            _known.clear()
        return _known.setdefault(names, cls(names))

    def modules(self) -> tuple[ModuleType, ...]:
        """Return the machine's modules that are imported by the last ``refresh``."""
        return tuple([sys.modules[name] for name in self._modules if name in sys.modules])

    def codes(self) -> tuple[CodeType, ...]:
        """Return every code object of the machine known by the last ``refresh``."""
        return tuple(self._codes.values())

    def functions(self) -> Iterator[FunctionType]:
        """Yield the machine's functions that were alive at the last ``refresh`` and still are."""
        for function in self._functions.values():
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
        if len(sys.modules) != len(self._loaded) and self._take_in_modules():
            self._take_in_functions()

    def rescan(self) -> None:
        """Take in functions that were made since, such as the methods of a new dataclass."""
        self._take_in_modules()
        self._take_in_functions()

    def _take_in_modules(self) -> bool:
        """Return whether there are others than before."""
        loaded = [*sys.modules]
        if loaded != self._loaded:
            self._loaded = loaded
            self._own = [name for name in loaded if self._is_name(name)]
        own = {name: sys.modules.get(name) for name in self._own}
        found = {name: (id(m), getattr(m, "__file__", None)) for name, m in own.items()}
        if found == self._modules:
            return False
        self._modules = dict(sorted(found.items()))
        places = [place for module in self.modules() for place in _places_of(module)]
        self._files = frozenset(places)
        self._folders = tuple(place for place in places if place.endswith(os.sep))
        self.known_files.clear()
        self._alive.forget()
        return True

    def _take_in_functions(self) -> None:
        found, is_all = self._alive.alive()
        known = self._functions
        if is_all:
            self._functions = {}
        is_new = False
        in_file: dict[str, bool] = {}
        in_module: dict[str, bool] = {}
        for function in found:
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
                before = known.get(id(function))
                is_new |= before is None or before() is not function
                self._take(function)
        if is_new:
            self.generation += 1
            self.kinds.clear()

    def _take(self, function: FunctionType) -> None:
        self._functions[id(function)] = ref(function)
        code = original(function.__code__)
        if id(code) not in self._codes:
            nested = list(with_nested(code))
            self._codes.update((id(c), c) for c in nested)
            if code.co_filename.startswith("<"):
                self._generated.update(map(id, nested))

    def _is_name(self, module: str) -> bool:
        return module in self.names or module.startswith(self._below)


_LIMIT_KNOWN = 8
_known: dict[tuple[str, ...], Traced] = {}
"""By their names: looking through the whole process costs more than a short search."""


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
