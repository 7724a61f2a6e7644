"""A folder of pages: one for each subject under a safe name, and an index that leads to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smcheck.errors import UsageError
from smcheck.report.pages import write_pages
from tests.report import page_cases as cases


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_write_pages_makes_a_page_for_each_subject_and_an_index(tmp_path: Path) -> None:
    reports = [cases.report(cases.finding(cases.torn())), cases.inconclusive()]
    index = write_pages(reports, tmp_path / "new" / "pages")
    assert index == tmp_path / "new" / "pages" / "index.html"
    assert names(index.parent) == ["bank.html", "index.html", "ledger.html"]
    links = re.findall(r'href="([^"]+)"', index.read_text("utf-8"))
    assert links == ["#main", "bank.html", "bank.html#subject-1-finding-1", "ledger.html"]


def test_links_of_the_index_lead_to_an_anchor(tmp_path: Path) -> None:
    reports = [cases.inconclusive(), cases.report(cases.finding(cases.torn()))]
    index = write_pages(reports, tmp_path)
    [file, anchor] = re.findall(r'href="([^"#]+)#([^"]+)"', index.read_text("utf-8"))[0]
    text = (tmp_path / file).read_text("utf-8")
    assert f'id="{anchor}"' in text
    assert 'href="index.html"' in text


@pytest.mark.parametrize(
    "subjects, files",
    [
        (["Bank", "bank", "BANK "], ["bank-2.html", "bank-3.html", "bank.html", "index.html"]),
        (["../../etc/passwd"], ["etc-passwd.html", "index.html"]),
        (["index", ""], ["index-2.html", "index.html", "subject.html"]),
        (["x" * 500], ["index.html", "x" * 60 + ".html"]),
        (["<b>ü</b>"], ["b-b.html", "index.html"]),
    ],
)
def test_write_pages_uses_safe_names_once(
    tmp_path: Path, subjects: list[str], files: list[str]
) -> None:
    write_pages([cases.report(name=name) for name in subjects], tmp_path)
    assert names(tmp_path) == sorted(files)


def test_write_pages_of_nothing_is_an_index_that_says_so(tmp_path: Path) -> None:
    index = write_pages([], tmp_path)
    assert "There is no subject in this report." in index.read_text("utf-8")


def test_write_pages_refuses_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.write_text("mine")
    with pytest.raises(UsageError, match="--smcheck-html: expected a folder"):
        write_pages([cases.report()], file)
    assert file.read_text() == "mine"
