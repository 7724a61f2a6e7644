"""Pages of several subjects as a folder: one for each, and one that leads to them.

Writes files whole; what stands in them is made in ``smcheck/report/page/``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from smcheck.errors import UsageError
from smcheck.finding import SubjectReport
from smcheck.report.files import require_folder, write_whole
from smcheck.report.page.document import render
from smcheck.report.page.views import file_stem, subject_views, tally

INDEX = "index.html"
OPTION = "--smcheck-html"


def write_pages(reports: Sequence[SubjectReport], folder: Path) -> Path:
    """Write a page for each report and an index of them, which is returned.

    Args:
        folder: Made if it is not there; pages of an earlier run with the same names are replaced.

    Raises:
        UsageError: The folder refuses.
    """
    require_folder(folder, OPTION)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{OPTION}: expected a folder, got {str(folder)!r}: {error.strerror}; name another one"
        ) from error
    entries = list(zip(_names(reports), subject_views(reports), strict=True))
    for name, subject in entries:
        one = render("page.html", subjects=[subject], tally=tally([subject.report]), up=INDEX)
        write_whole(folder / name, one.encode(), option=OPTION)
    index = render("index.html", entries=entries, tally=tally(reports), up=None)
    write_whole(folder / INDEX, index.encode(), option=OPTION)
    return folder / INDEX


def _names(reports: Sequence[SubjectReport]) -> list[str]:
    """Name the files after the subjects, each once, on file systems that ignore case too."""
    taken = {"index"}
    names = []
    for report in reports:
        stem = plain = file_stem(report.name)
        number = 1
        while stem in taken:
            number += 1
            stem = f"{plain}-{number}"
        taken.add(stem)
        names.append(f"{stem}.html")
    return names
