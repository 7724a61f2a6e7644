"""One HTML document out of a template: style and script are put in, and nothing else may load.

Knows templates and files of packages, no records.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from smcheck.report.page.stage import shown

SCRIPTS = ("dom", "run", "values", "marks", "lanes", "pointer", "ruler", "panels", "player", "main")
"""Files of ``js/`` in the order in which they are put into one script."""


_HERE = "smcheck.report.page"


@dataclass(frozen=True, slots=True)
class Press:
    """Templates and a style of a package's own, beside those of this one.

    Attributes:
        package: With ``templates/``; its ``page.css`` comes behind the one that is here.
    """

    package: str = ""

    def render(self, template: str, **names: object) -> str:
        """Return the document of a template of ``templates/``."""
        packages = (_HERE, self.package) if self.package else (_HERE,)
        style, script = _style(packages), _script()
        policy = (
            f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
            "base-uri 'none'; form-action 'none'"
        )
        found = _environment(packages).get_template(template)
        return found.render(style=style, script=script, policy=policy, **names)


def render(template: str, **names: object) -> str:
    """Return the document of a template of this package."""
    return Press().render(template, **names)


@cache
def _environment(packages: tuple[str, ...]) -> Environment:
    return Environment(
        loader=ChoiceLoader([PackageLoader(one) for one in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )


def _visible(value: object) -> object:
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _style(packages: tuple[str, ...]) -> Markup:
    return Markup("\n".join(_part("page.css", package) for package in packages))


@cache
def _script() -> Markup:
    parts = "\n".join(_part(f"js/{name}.js") for name in SCRIPTS)
    return Markup(f'(() => {{\n"use strict";\n{parts}}})();\n')


def _part(name: str, package: str = _HERE) -> str:
    return resources.files(package).joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
