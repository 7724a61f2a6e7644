"""The site of a store as a folder: what it holds, what it replaces, what it refuses."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from smcheck.campaign.records import Ended, StoredFinding
from smcheck.campaign.report.reading import CampaignView
from smcheck.campaign.report.site import write_site
from smcheck.errors import UsageError
from tests.campaign.report import kept_cases as kept
from tests.report import page_cases


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def with_signature(signature: str) -> StoredFinding:
    return kept.stored(replace(kept.finding(page_cases.nothing()), signature=signature))


def test_write_site_makes_an_index_and_a_page_for_each_finding(tmp_path: Path) -> None:
    index = write_site(kept.one_night(kept.stored()), tmp_path / "new" / "site")
    assert index == tmp_path / "new" / "site" / "index.html"
    assert names(index.parent) == ["finding-0123456789ab.html", "index.html"]
    links = re.findall(r'href="([^"]+)"', index.read_text("utf-8"))
    assert links == ["#main", "finding-0123456789ab.html"]


def test_write_site_is_the_same_for_the_same_store(tmp_path: Path) -> None:
    view = kept.three_nights()
    other = CampaignView(view.findings[::-1], view.runs)
    for name, one in (("one", view), ("other", other)):
        write_site(one, tmp_path / name)
    assert names(tmp_path / "one") == names(tmp_path / "other")
    for name in names(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_write_site_removes_pages_of_findings_that_are_gone(tmp_path: Path) -> None:
    write_site(kept.one_night(with_signature("aaa"), with_signature("bbb")), tmp_path)
    write_site(kept.one_night(with_signature("bbb")), tmp_path)
    assert names(tmp_path) == ["finding-bbb.html", "index.html"]


def test_write_site_leaves_files_of_others_alone(tmp_path: Path) -> None:
    for name in ("finding-mine.html", "notes.txt"):
        (tmp_path / name).write_text("mine")
    write_site(kept.one_night(), tmp_path)
    assert names(tmp_path) == ["finding-mine.html", "index.html", "notes.txt"]


def test_write_site_refuses_an_index_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<title>my home page</title>")
    with pytest.raises(UsageError, match="--html: expected a folder of its own"):
        write_site(kept.one_night(), tmp_path)
    assert (tmp_path / "index.html").read_text() == "<title>my home page</title>"


def test_write_site_refuses_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.write_text("mine")
    with pytest.raises(UsageError, match="--html: expected a folder"):
        write_site(kept.one_night(), file)
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    "signatures, files",
    [
        (["AB", "ab"], ["finding-ab-2.html", "finding-ab.html", "index.html"]),
        (["../../etc/passwd"], ["finding-etc-passwd.html", "index.html"]),
        (["\ud800"], ["finding-subject.html", "index.html"]),
    ],
)
def test_write_site_uses_safe_names_once(
    tmp_path: Path, signatures: list[str], files: list[str]
) -> None:
    write_site(kept.one_night(*map(with_signature, signatures)), tmp_path)
    assert names(tmp_path) == files


def test_the_index_has_nothing_that_its_policy_would_block(tmp_path: Path) -> None:
    write_site(kept.three_nights(), tmp_path)
    for file in tmp_path.iterdir():
        text = re.sub(r"(?s)<style>.*?</style>|<script.*?</script>", "", file.read_text("utf-8"))
        assert not re.search(r"<[^>]*\s(style|on\w+)=", text), file.name


def test_the_index_says_that_the_canary_was_missed(tmp_path: Path) -> None:
    view = kept.one_night()
    missed = replace(view.runs[0], run=kept.run(2, canary_s=None))
    text = write_site(CampaignView((), (missed,)), tmp_path).read_text("utf-8")
    assert "The canary was not found" in text


def test_the_index_says_that_a_run_was_killed(tmp_path: Path) -> None:
    view = kept.one_night()
    killed = replace(view.runs[0], run=kept.run(2, ended=Ended.RUNNING, ended_at=0.0))
    text = write_site(CampaignView((), (killed,)), tmp_path).read_text("utf-8")
    assert "did not come to its end: this is as far as it got." in text
