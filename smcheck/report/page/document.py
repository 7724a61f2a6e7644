"""One HTML document out of a template: style and script are put in, and nothing else may load.

Knows templates and files of the package, no records.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from smcheck.report.page.stage import shown

SCRIPTS = ("dom", "run", "values", "marks", "lanes", "pointer", "ruler", "panels", "player", "main")
"""Files of ``js/`` in the order in which they are put into one script."""


def render(template: str, **names: object) -> str:
    """Return the document of a template of ``templates/``."""
    style, script = _style(), _script()
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    environment = _environment()
    return environment.get_template(template).render(
        style=style, script=script, policy=policy, **names
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("smcheck.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )


def _visible(value: object) -> object:
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _style() -> Markup:
    return Markup(_part("page.css"))


@cache
def _script() -> Markup:
    parts = "\n".join(_part(f"js/{name}.js") for name in SCRIPTS)
    return Markup(f'(() => {{\n"use strict";\n{parts}}})();\n')


def _part(name: str) -> str:
    return resources.files("smcheck.report.page").joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
