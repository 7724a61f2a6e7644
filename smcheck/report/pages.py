"""Pages of several subjects as a folder: one for each, and one that leads to them.

Writes files whole; what stands in them is made in ``smcheck/report/page/``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from smcheck.finding import SubjectReport
from smcheck.report.files import make_folder, write_whole
from smcheck.report.page.document import render
from smcheck.report.page.views import file_names, subject_views, tally

INDEX = "index.html"
OPTION = "--smcheck-html"


def write_pages(reports: Sequence[SubjectReport], folder: Path) -> Path:
    """Write a page for each report and an index of them, which is returned.

    Args:
        folder: Made if it is not there; pages of an earlier run with the same names are replaced.

    Raises:
        UsageError: The folder refuses.
    """
    make_folder(folder, OPTION)
    names = file_names([report.name for report in reports], taken={"index"})
    entries = list(zip(names, subject_views(reports), strict=True))
    for name, subject in entries:
        one = render("page.html", subjects=[subject], tally=tally([subject.report]), up=INDEX)
        write_whole(folder / name, one.encode(), option=OPTION)
    index = render("index.html", entries=entries, tally=tally(reports), up=None)
    write_whole(folder / INDEX, index.encode(), option=OPTION)
    return folder / INDEX
