"""The page: findings as one HTML file that a browser opens without a network.

Pure but for lines of source, which are read to be shown. ``smcheck/report/pages.py`` writes
folders of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from smcheck.finding import SubjectReport
from smcheck.report.page.document import render
from smcheck.report.page.views import subject_views, tally


def page(reports: Sequence[SubjectReport]) -> str:
    """Return one self-contained document about all ``reports``, in their order."""
    return render("page.html", subjects=subject_views(reports), tally=tally(reports), up=None)
