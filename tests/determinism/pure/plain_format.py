"""Amounts and dates are printed by formats that no locale changes."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Statements:
    """Print statements of accounts."""

    def __init__(self) -> None:
        self.statements: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["state", account, cents] if cents.isdecimal() and len(cents) < 12:
                self.statements[account] = self._print(account, int(cents))
                return Result(int(cents), self.statements[account].encode())
        return Result(0)

    def _print(self, account: str, cents: int) -> str:
        day = date.fromordinal(738_000 + cents % 365)
        return f"{day.isoformat()} {account.upper():>8} {cents / 100:,.2f} {cents:08b}"

    def lookup(self, query: object) -> object:
        return self.statements.get(str(query))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.statements).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.statements = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


ACCOUNTS = st.sampled_from(("ann", "bob", "éva", "straße"))

subject = Subject(
    machine=Statements,
    commands=st.builds("state {} {}".format, ACCOUNTS, st.integers(0, 10**7)).map(str.encode),
    queries=ACCOUNTS,
)

PURE = "format codes without n, upper() and isoformat() do not ask the locale"
