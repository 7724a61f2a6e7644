"""Which processes go without the plugins of Hypothesis."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from smcheck.circumstances import plugins


@pytest.mark.parametrize(
    "names, given",
    [
        ((), {"HYPOTHESIS_NO_PLUGINS": "1"}),
        (("trio",), {"HYPOTHESIS_NO_PLUGINS": "1"}),
        (("trio", "shapes"), {}),
    ],
)
def test_plugins_are_left_out_where_none_but_that_of_trio_is_there(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], given: dict[str, str]
) -> None:
    monkeypatch.delenv("HYPOTHESIS_NO_PLUGINS", raising=False)
    found = [EntryPoint(name, "module:function", "hypothesis") for name in names]
    monkeypatch.setattr(plugins, "entry_points", lambda group: found)
    assert plugins.without_plugins.__wrapped__() == given


def test_plugins_stay_as_the_user_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPOTHESIS_NO_PLUGINS", "")
    assert plugins.without_plugins.__wrapped__() == {}
