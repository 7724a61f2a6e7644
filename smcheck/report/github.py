"""Findings as annotations of GitHub Actions: workflow commands, one line each.

A machine's texts end up in these lines and beside them in the log, so this is also where they are
kept from being taken for commands of their own. Pure but for the environment that GitHub sets.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from smcheck.finding import Finding, Report, Severity
from smcheck.report.plain import shown_path, visible

_LEVELS = {Severity.VIOLATION: "error", Severity.HAZARD: "warning", Severity.KNOWN: "notice"}
_COMMAND = re.compile(r"^(\s*)::|##\[", re.MULTILINE)


def is_on_github() -> bool:
    """Return whether this run is a step of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def workspace() -> Path:
    """Return the folder that GitHub takes paths to be relative to; elsewhere where we work."""
    return Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())


def annotations(report: Report) -> list[str]:
    """Return a line for each finding of ``report``; see ``annotations_of``."""
    return annotations_of(report.findings)


def annotations_of(findings: Iterable[Finding]) -> list[str]:
    """Return a line for each finding, to be printed as it is and at the start of a line.

    Violations are errors, hazards warnings, known findings notices. One defect is told once,
    however many findings it has.
    """
    root = workspace()
    by_signature = {(f.signature, f.location): f for f in findings}
    return [_annotation(finding, root) for finding in by_signature.values()]


def harmless(text: str) -> str:
    r"""Return ``text`` so that none of its lines is a command to the runner that reads the log.

    >>> harmless("   ::stop-commands::x\nthe ##[error] of a machine")
    '   : :stop-commands::x\nthe ## [error] of a machine'
    """
    return _COMMAND.sub(lambda m: "## [" if m[1] is None else f"{m[1]}: :", text)


def _annotation(finding: Finding, root: Path) -> str:
    breach = finding.breach
    properties = {
        "file": shown_path(finding.location.file, root),
        "line": str(finding.location.line),
        "title": f"{breach.clause} {breach.title}",
    }
    told = ",".join(f"{name}={_in_property(value)}" for name, value in properties.items())
    replay = [f"replay: {finding.replay}"] if finding.replay else []
    text = "\n".join([breach.message, *replay])
    return f"::{_LEVELS[breach.severity]} {told}::{_in_message(text)}"


def _in_message(text: str) -> str:
    r"""Escape as GitHub has it for what stands behind the second pair of colons.

    >>> _in_message("100%\r\n::error::x")
    '100%25\\r%0A::error::x'
    """
    # Control characters are spelled out first: the log is a terminal's too.
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _in_property(text: str) -> str:
    r"""Escape as GitHub has it for the value of a property.

    >>> _in_property("a,b: 5%\n")
    'a%2Cb%3A 5%25%0A'
    """
    return _in_message(text).replace(":", "%3A").replace(",", "%2C")
