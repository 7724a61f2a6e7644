"""Examples of the clauses about batches, the log, results and sessions: BAT, LOG, RES, SES."""

from __future__ import annotations

from smcheck.contract._example import example

EXAMPLES = {
    "BAT-1": example(
        broken="""
            def update(self, entries):
                self._revision += 1  # counts batches, and each replica cuts its own
                for entry in entries:
                    self._changed_at[bytes(entry.cmd)] = self._revision
                    entry.result = Result(self._revision)
                return entries
        """,
        mended="""
            def update(self, entries):
                for entry in entries:
                    self._revision += 1
                    self._changed_at[bytes(entry.cmd)] = self._revision
                    entry.result = Result(self._revision)
                return entries
        """,
    ),
    "BAT-2": example(
        broken="""
            def update(self, entries):
                self._pending += [bytes(entry.cmd) for entry in entries]
                if len(self._pending) >= 100:  # a lone entry waits for 99 more
                    self._store(self._pending)
                    self._pending = []
                for entry in entries:
                    entry.result = Result(1)
                return entries
        """,
        mended="""
            def update(self, entries):
                self._store([bytes(entry.cmd) for entry in entries])  # one or many
                for entry in entries:
                    entry.result = Result(1)
                return entries
        """,
    ),
    "BAT-3": example(
        broken="""
            def update(self, entries):
                self._journal.write(struct.pack(">B", len(entries)))  # 255 at most
                for entry in entries:
                    self._journal.write(encode(entry.cmd))
                    entry.result = Result(self._apply(entry.cmd))
                return entries
        """,
        mended="""
            def update(self, entries):
                self._journal.write(struct.pack(">Q", len(entries)))
                for entry in entries:
                    self._journal.write(encode(entry.cmd))
                    entry.result = Result(self._apply(entry.cmd))
                return entries
        """,
    ),
    "BAT-4": example(
        broken="""
            def update(self, entries):
                if not entries:  # meant as a tick, which never comes
                    self._start_next_round()
                for entry in entries:
                    entry.result = Result(self._apply(entry.cmd))
                return entries
        """,
        mended="""
            def update(self, entries):
                for entry in entries:
                    if entry.cmd == b"tick":  # proposed like any other command
                        self._start_next_round()
                    entry.result = Result(self._apply(entry.cmd))
                return entries
        """,
    ),
    "BAT-5": example(
        broken="""
            def update(self, entries):
                before = dict(self._table)
                for entry in entries:
                    key, old, new = parse(entry.cmd)
                    won = before.get(key) == old  # blind to the entries before it
                    if won:
                        self._table[key] = new
                    entry.result = Result(int(won))
                return entries
        """,
        mended="""
            def update(self, entries):
                for entry in entries:
                    key, old, new = parse(entry.cmd)
                    won = self._table.get(key) == old
                    if won:
                        self._table[key] = new
                    entry.result = Result(int(won))
                return entries
        """,
    ),
    "BAT-6": example(
        broken="""
            def update(self, entries):
                for entry in entries:
                    source, target, amount = parse(entry.cmd)
                    self._balances[source] -= amount  # a lookup here misses the money
                    self._balances[target] += amount
                    entry.result = Result(1)
                return entries
        """,
        mended="""
            def update(self, entries):
                for entry in entries:
                    source, target, amount = parse(entry.cmd)
                    with self._lock:  # lookup takes it as well
                        self._balances[source] -= amount
                        self._balances[target] += amount
                    entry.result = Result(1)
                return entries
        """,
    ),
    "LOG-1": example(
        broken="""
            def update(self, entry):
                if entry.index != self._applied + 1:  # drops what follows a gap
                    return Result(0, b"repeated")
                self._applied = entry.index
                return Result(self._apply(entry.cmd))
        """,
        mended="""
            def update(self, entry):
                if entry.index <= self._applied:
                    return Result(0, b"repeated")
                self._applied = entry.index
                return Result(self._apply(entry.cmd))
        """,
    ),
    "LOG-2": example(
        broken="""
            def update(self, entry):
                self._applied += 1  # a count, which the gaps leave behind the log
                self._changed_at[bytes(entry.cmd)] = self._applied
                return Result(self._applied)
        """,
        mended="""
            def update(self, entry):
                self._applied = entry.index  # set for every kind
                self._changed_at[bytes(entry.cmd)] = self._applied
                return Result(self._applied)
        """,
    ),
    "LOG-3": example(
        broken="""
            def update(self, entry):
                with self._path.open("ab") as lines:  # outlives the instance, so that
                    lines.write(entry.cmd + b"\\n")  # a restart adds each line again
                return Result(self._path.stat().st_size)
        """,
        mended="""
            def update(self, entry):
                self._lines += entry.cmd + b"\\n"
                return Result(len(self._lines))
        """,
    ),
    "RES-1": example(
        broken="""
            def update(self, entry):
                self._balance += int(entry.cmd)
                return Result(self._balance)  # may be below zero
        """,
        mended="""
            def update(self, entry):
                self._balance += int(entry.cmd)
                return Result(1, str(self._balance).encode())
        """,
    ),
    "RES-2": example(
        broken="""
            def update(self, entry):
                self._reply[:] = self._apply(entry.cmd)  # one bytearray for all
                return Result(1, self._reply)
        """,
        mended="""
            def update(self, entry):
                self._reply[:] = self._apply(entry.cmd)
                return Result(1, bytes(self._reply))
        """,
    ),
    "SES-1": example(
        broken="""
            def update(self, entry):
                if entry.cmd in self._seen:  # two customers may order the same
                    return Result(0, b"repeated")
                self._seen.add(bytes(entry.cmd))
                return Result(self._place_order(entry.cmd))
        """,
        mended="""
            def update(self, entry):
                # What comes twice was ordered twice: the session stops a retry.
                return Result(self._place_order(entry.cmd))
        """,
    ),
    "SES-2": example(
        broken="""
            def update(self, entry):
                job = entry.cmd.decode()
                assert job not in self._jobs  # a client that got no answer asks again
                self._jobs.add(job)
                return Result(1)
        """,
        mended="""
            def update(self, entry):
                job = entry.cmd.decode()
                if job in self._jobs:
                    return Result(0, b"known")
                self._jobs.add(job)
                return Result(1)
        """,
    ),
    "SES-3": example(
        broken="""
            def update(self, entries):
                for entry in entries:
                    account, amount = parse(entry.cmd)
                    self._credit(account, amount)  # a client's retry credits again
                    entry.result = Result(1)
                return entries
        """,
        mended="""
            def update(self, entries):
                for entry in entries:
                    request, account, amount = parse(entry.cmd)
                    if request not in self._requests:  # stored with the balances
                        self._requests.add(request)
                        self._credit(account, amount)
                    entry.result = Result(1)
                return entries
        """,
    ),
    "SES-4": example(
        broken="""
            def recover_from_snapshot(self, reader, files, stopped):
                reader.seek(0)  # there the library's own bytes begin
                self._stock = decode(read_all(reader))
        """,
        mended="""
            def recover_from_snapshot(self, reader, files, stopped):
                self._stock = decode(read_all(reader))  # from where it stands
        """,
    ),
}
