"""The files that reports of campaigns go to: options, tried at once, written at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from smcheck.cli.options import path
from smcheck.report.files import require_writable, write_whole
from smcheck.report.github import is_on_github, workspace

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where reports go; ``None`` for those that nobody wants."""

    html: Path | None = None
    junit: Path | None = None
    sarif: Path | None = None
    jsonl: Path | None = None

    @property
    def files(self) -> dict[str, Path]:
        """Files by the option that names them."""
        named = {"--junit": self.junit, "--sarif": self.sarif, "--jsonl": self.jsonl}
        return {option: file for option, file in named.items() if file is not None}

    def require(self) -> Outputs:
        """Make sure that all can be written, and leave nothing behind.

        Raises:
            UsageError: One of them cannot.
        """
        for option, file in self.files.items():
            require_writable(file, option)
        if self.html is not None:
            from smcheck.campaign.report.site import require_site

            require_site(self.html)
        return self

    def write(self, store: Path) -> list[Path]:
        """Write what a store holds; return what was written.

        Raises:
            UsageError: The disk or the folder refuses.
        """
        if self.html is None and not self.files:
            return []
        # Late: nobody else waits for the templates.
        from smcheck.campaign.report.jsonl import json_lines
        from smcheck.campaign.report.junit import junit
        from smcheck.campaign.report.reading import read
        from smcheck.campaign.report.sarif import sarif
        from smcheck.campaign.report.site import write_site

        view, root = read(store), Path.cwd()
        written = []
        if self.html is not None:
            written.append(write_site(view, self.html, root=root))
        if self.junit is not None:
            write_whole(self.junit, junit(view, root=root), option="--junit")
        if self.sarif is not None:
            text = sarif(view, root=workspace(), for_github=is_on_github())
            write_whole(self.sarif, text, option="--sarif")
        if self.jsonl is not None:
            write_whole(self.jsonl, json_lines(view), option="--jsonl")
        return [*written, *self.files.values()]


def output_options(command: F) -> F:
    """Give a command the options of ``Outputs``, as ``html``, ``junit``, ``sarif``, ``jsonl``."""
    for option in (
        path("--jsonl", "jsonl", "Write JSON lines: findings, then runs."),
        path("--sarif", "sarif", "Write SARIF 2.1.0, for code scanning."),
        path("--junit", "junit", "Write JUnit XML: new and returned violations fail."),
        path(
            "--html", "html", "Write a site there: an index with charts, a page for each finding.",
            metavar="DIR",
        ),
    ):  # fmt: skip
        command = option(command)
    return command
