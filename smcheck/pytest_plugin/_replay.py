"""One witness as a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from smcheck.errors import UsageError


class ReplayItem(pytest.Item):
    """One witness as a test: it passes when the failure is fixed."""

    def __init__(self, *, witness: Path, **kwargs: Any) -> None:  # Any: as pytest.Item has it
        super().__init__(**kwargs)
        self._witness = witness

    @classmethod
    def of(cls, session: pytest.Session, file: str) -> ReplayItem:
        """Return the test of the witness that ``--smcheck-replay`` names."""
        path = session.config.invocation_params.dir / file
        item: ReplayItem = cls.from_parent(session, name=f"smcheck-replay[{file}]", witness=path)
        return item

    def runtest(self) -> None:
        """Replay the witness, in this process under a debugger, else in one of its own."""
        from smcheck.cli.replay import outcome_text, replay_in_child
        from smcheck.cli.replay_here import replay_here
        from smcheck.report.text import plain_text

        is_debugged = self.config.getoption("usepdb") or self.config.getoption("trace")
        outcome = (replay_here if is_debugged else replay_in_child)(self._witness)
        if outcome.status != "fixed":
            raise StillBroken(plain_text(*outcome_text(outcome)))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the witness where pytest names a test's file."""
        return self._witness, None, self.name

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None  # Any: as pytest
    ) -> Any:  # fmt: skip
        """Show what is wrong with the call in a line, and a failure as the finding it is."""
        if isinstance(excinfo.value, (StillBroken, UsageError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class StillBroken(AssertionError):
    """A replayed witness is not fixed."""
