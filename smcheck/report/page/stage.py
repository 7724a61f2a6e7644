"""What the page's script draws a scenario from: plain data, each text in it made visible.

Pure but for the lines of source. The script knows these keys; see ``js/run.js``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from markupsafe import Markup

from smcheck.finding import Location
from smcheck.report.page.sources import shown_path, surroundings
from smcheck.report.plain import visible
from smcheck.scenario import RECOVERED, Act, Scenario, Touch, Version

LIMIT_TEXT = 2000
"""Characters of one value; a page is for reading."""

Data = dict[str, object]


def stage(scenario: Scenario, blamed: Location) -> Data:
    """Return the scenario as data for the script.

    Args:
        blamed: The line at fault.
    """
    files = surroundings(scenario.steps)
    numbers = {file: number for number, file in enumerate(files)}
    lines: dict[tuple[str, int, str], int] = {}
    culprit = (blamed.file, blamed.line)
    steps: list[object] = []
    for step in scenario.steps:
        line = lines.setdefault((step.file, step.line, step.function), len(lines))
        touches = [_touch(touch) for touch in step.touches]
        steps.append([step.task, line, int(step.interrupted), touches])
    return {
        "tasks": [shown(name) for name in scenario.tasks],
        "files": [
            {"name": shown(shown_path(file)), "lines": {n: shown(t) for n, t in texts.items()}}
            for file, texts in files.items()
        ],
        "lines": [[numbers[file], line, shown(function)] for file, line, function in lines],
        "steps": steps,
        "blamed": [n for (file, line, _), n in lines.items() if (file, line) == culprit],
        "turns": [
            [turn.at, turn.task, turn.to, int(turn.deviation), shown(turn.reason)]
            for turn in scenario.turns
        ],
        "acts": [_act(act, scenario.versions) for act in scenario.acts],
        "versions": [_version(version) for version in scenario.versions],
    }


def as_json(data: Data) -> Markup:
    """Return data as JSON that no parser of HTML sees an end, a tag or an entity in."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def shown(text: str) -> str:
    """Return a text without what a reader cannot see, and no longer than one can read."""
    cut = text if len(text) <= LIMIT_TEXT else f"{text[:LIMIT_TEXT]}… {len(text):,} characters"
    return visible(cut)


def _touch(touch: Touch) -> list[str]:
    written = [] if touch.written is None else [shown(touch.written)]
    return [shown(touch.name), shown(touch.value), *written]


def _act(act: Act, versions: Sequence[Version]) -> Data:
    return {
        "task": act.task,
        "operation": shown(act.operation),
        "text": shown(act.text),
        "result": shown(act.result),
        "began": act.began,
        "ended": act.ended,
        "versions": [act.first_version, act.last_version],
        "wrong": act.is_wrong,
        "output": [shown(line) for line in act.output],
        "fits": fits(act, versions),
    }


def fits(act: Act, versions: Sequence[Version]) -> list[int] | None:
    """Return the versions that say the same as an operation, ``None`` if none says anything.

    A lookup is held against its answer there, an image against all answers or the state.
    """
    told = [(one.number, said) for one in versions if (said := _said(act, one)) is not None]
    return [number for number, said in told if said == act.result] if told else None


def _said(act: Act, version: Version) -> str | None:
    if act.operation == "lookup":
        asked = act.text.partition(" ")[2] or act.text
        names = (asked, act.text, f"lookup({asked})")
        return next((said for query, said in version.answers if query in names), None)
    if act.operation not in ("prepare", "save", "recover") or not act.result:
        return None
    return version.recovered if act.result.startswith(RECOVERED) else version.state or None


def _version(version: Version) -> Data:
    return {
        "number": version.number,
        "index": version.index,
        "entry": shown(version.entry),
        "result": shown(version.result),
        "state": shown(version.state),
        "answers": [[shown(query), shown(said)] for query, said in version.answers],
    }
