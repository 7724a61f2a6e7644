"""A store as a folder of pages: an index with charts, and a page for each finding.

Writes files whole; what stands in them is made in ``site_views.py`` and the templates.
"""

from __future__ import annotations

import re
from pathlib import Path

from smcheck.campaign.report.reading import CampaignView
from smcheck.campaign.report.site_views import kept_views, site_view
from smcheck.errors import UsageError
from smcheck.report.files import make_folder, require_folder, write_whole
from smcheck.report.page.document import Press

INDEX = "index.html"
OPTION = "--html"

_PRESS = Press("smcheck.campaign.report")
_OURS = re.compile(r"finding-[a-z0-9-]+\.html")
_MARK = b'<meta name="generator" content="smcheck">'


def write_site(view: CampaignView, folder: Path, *, root: Path | None = None) -> Path:
    """Write the pages of a store and return the index.

    Args:
        folder: Made if it is not there. Pages of findings that are gone are removed; of files
            that are not ours none is touched.
        root: Folder that paths are shown relative to; the working directory unless given.

    Raises:
        UsageError: The folder refuses, or an index is there that smcheck did not write.
    """
    require_site(folder)
    make_folder(folder, OPTION)
    root = root or Path.cwd()
    written = set()
    for one in kept_views(view, root=root):
        page = _PRESS.render("kept.html", one=one, up=INDEX)
        _write(folder / one.row.page, page)
        written.add(one.row.page)
    index = _PRESS.render("campaign.html", site=site_view(view, root=root), up=None)
    _write(folder / INDEX, index)
    _remove_old(folder, written)
    return folder / INDEX


def require_site(folder: Path) -> None:
    """Make sure that a site can be written there.

    Raises:
        UsageError: It cannot.
    """
    require_folder(folder, OPTION)
    index = folder / INDEX
    if index.exists() and not _is_ours(index):
        raise UsageError(
            f"{OPTION}: expected a folder of its own, got {str(folder)!r}, which holds an "
            f"{INDEX} that smcheck did not write; name another folder"
        )


def _write(file: Path, text: str) -> None:
    write_whole(file, text.encode(), option=OPTION)


def _remove_old(folder: Path, written: set[str]) -> None:
    """Remove pages that an earlier call wrote of findings that the store does not have."""
    for file in sorted(folder.iterdir()):
        if file.name not in written and _OURS.fullmatch(file.name) and _is_ours(file):
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                raise UsageError(
                    f"{OPTION}: expected to remove {str(file)!r}, a page of a finding that is "
                    f"gone, could not: {error.strerror}; remove it by hand"
                ) from error


def _is_ours(file: Path) -> bool:
    """Tell a page that smcheck wrote by what stands at its head."""
    try:
        with file.open("rb") as opened:
            return _MARK in opened.read(2_000)
    except OSError:
        return False
