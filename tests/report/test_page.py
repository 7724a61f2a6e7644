"""The page as a document: what is in it, and that nothing of a user's text becomes markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources

import pytest

from smcheck.finding import Finding, Severity, Stats
from smcheck.report.page import page
from tests.report import page_cases as cases


class Document(HTMLParser):
    """What a browser makes of a page: its tags, and the text inside each kind of them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br", "img", "link"):
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def attributes(self, tag: str, name: str) -> list[str | None]:
        """Return an attribute of all tags of a kind that have it."""
        return [attrs[name] for kind, attrs in self.tags if kind == tag and name in attrs]


def only_page(*findings: Finding) -> Document:
    return Document(page([cases.report(*findings)]))


def test_page_tells_rule_diagnosis_message_and_line() -> None:
    document = only_page(cases.finding(cases.torn()))
    assert document.texts["h1"] == ["Bank"]
    assert document.texts["h2"] == ["A lookup saw half of a batch"]
    [article] = document.texts["article"]
    for text in (
        "BAT-6",
        "violation",
        "A lookup in the middle of a batch never sees one entry half done.",
        "Lookups run beside update and their answers go to clients.",
        "expected 200 (version 0 or 1), got 190",
        "half_transfer.py:29",
        "balances = dict(self.balances)",
        "smcheck replay .smcheck/witnesses/bank-bat-6.json",
        "3 operations · 13 lines · 3 switches · 1 deviation chosen",
        "found and made small in 214 executions",
    ):
        assert text in article


def test_page_shows_a_line_with_two_roles_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cases.BANK.parents[2])  # what paths are shown relative to
    finding = cases.finding(cases.torn())
    holder = replace(finding.location, role="holder")
    document = only_page(replace(finding, related=(holder,)))
    assert [" ".join(text.split()) for text in document.texts["figcaption"]] == [
        "tests/buggy/half_transfer.py:29 in Bank.lookup",
        "holder tests/buggy/half_transfer.py:29 in Bank.lookup",
    ]
    assert document.texts["figure"][1].strip() == document.texts["figcaption"][1].strip()


def test_page_closes_what_it_opens() -> None:
    reports = [cases.report(cases.finding(one())) for one in cases.ALL]
    assert Document(page([*reports, cases.inconclusive()])).open == []


def test_page_loads_nothing_and_runs_only_its_own_script() -> None:
    text = page([cases.report(cases.finding(cases.torn()))])
    document = Document(text)
    [policy] = [
        attrs["content"] for tag, attrs in document.tags
        if attrs.get("http-equiv") == "Content-Security-Policy"
    ]  # fmt: skip
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert policy == (
        f"default-src 'none'; script-src '{digest(script[0])}'; style-src '{digest(style[0])}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert (len(script), len(style)) == (1, 1)
    assert not {"img", "link", "iframe", "object", "form"} & {tag for tag, _ in document.tags}
    assert [attrs for _, attrs in document.tags if "src" in attrs or "style" in attrs] == []


def digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_page_keeps_hostile_text_as_text() -> None:
    finding = cases.finding(cases.hostile(), title=cases.HOSTILE, message=cases.HOSTILE)
    text = page([cases.report(finding, name=cases.HOSTILE)])
    document = Document(text)
    assert document.attributes("img", "src") == []
    assert "49" not in document.texts["h1"][0]
    assert document.texts["h1"] == [
        "put </script><img src=x onerror=alert(1)> {{7*7}} \\u202e\\u2028 <!-- &amp; \\ud800"
    ]
    assert "\u202e" not in text
    text.encode()


def test_page_sends_the_scenario_as_data_that_ends_no_script() -> None:
    text = page([cases.report(cases.finding(cases.hostile()))])
    [data] = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert not set("<>&\u2028\u2029") & set(data)
    assert (
        json.loads(data)["acts"][0]["text"]
        == Document(page([cases.report(name=cases.HOSTILE)])).texts["h1"][0]
    )


def test_page_without_scripts_has_the_steps_in_a_table() -> None:
    [table] = only_page(cases.finding(cases.torn())).texts["noscript"]
    assert "◆ reader 1 gets in: before self.balances[payee] is read" in table
    assert "self.balances['ann'] = 100 → 90" in table
    assert table.index("gets in") < table.index("balances = dict(self.balances)")


def test_page_marks_where_twins_first_differ() -> None:
    document = only_page(cases.finding(cases.parted()))
    [table] = [text for text in document.texts["table"] if "first difference" in text]
    assert document.texts["mark"][:2] == ["bob,eve", "eve,bob"]
    assert table.index("result of entry 12 first difference") > table.index("result of entry 11")
    assert table.count("first difference") == 1


def test_page_of_a_case_that_cannot_be_run_says_so() -> None:
    [article] = only_page(cases.finding(cases.nothing())).texts["article"]
    assert "This case cannot be run once more here, so there are no steps to show." in article


def test_page_lists_findings_where_there_are_several() -> None:
    hazard = cases.finding(cases.nothing(), severity=Severity.HAZARD)
    document = only_page(cases.finding(cases.torn()), hazard)
    assert document.attributes("a", "href") == [
        "#main", "#subject-1-finding-1", "#subject-1-finding-2"
    ]  # fmt: skip
    assert "1 violation, 1 hazard" in document.texts["header"][1]


def test_page_of_a_held_subject_says_what_was_tried() -> None:
    [main] = Document(page([cases.report()])).texts["main"]
    assert "100 plans, 2,040 schedules, 51,233 operations in 3.1 s, seed 1" in main
    assert "Nothing was found, and everything that was to be tried was tried." in main
    assert "Not checked:" in main


def test_page_of_an_inconclusive_subject_never_says_held() -> None:
    document = Document(page([cases.inconclusive()]))
    assert "inconclusive" in document.texts["header"][0]
    assert "the time was over before each family had ten plans" in document.texts["main"][0]
    assert "Nothing was found, but not everything was tried." in document.texts["main"][0]
    assert "held" not in document.texts["main"][0]


def test_page_of_a_replay_does_not_say_that_anything_was_searched() -> None:
    report = cases.report()
    report.stats = Stats()
    [main] = Document(page([report])).texts["main"]
    assert "Nothing was found." in main
    assert "tried" not in main
    assert "0 plans" not in main


def test_page_of_no_subject_says_so() -> None:
    assert "There is no subject in this report." in Document(page([])).texts["main"][0]


def test_page_is_the_same_twice() -> None:
    reports = [cases.report(cases.finding(cases.torn()))]
    assert page(reports) == page(reports)


@pytest.mark.parametrize("suffix", ["css", "js"])
def test_parts_of_the_page_are_short(suffix: str) -> None:
    package = resources.files("smcheck.report.page")
    files = [one for folder in (package, package / "js") for one in folder.iterdir()]
    parts = {
        one.name: one.read_text("utf-8")
        for one in files
        if one.is_file() and one.name.endswith(suffix)
    }
    assert parts
    assert {name for name, text in parts.items() if text.count("\n") > 400} == set()


def test_script_builds_nodes_and_never_markup() -> None:
    folder = resources.files("smcheck.report.page") / "js"
    text = "".join(one.read_text("utf-8") for one in folder.iterdir())
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", text
    )
