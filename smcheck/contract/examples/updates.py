"""Examples of the clauses about new instances, threads and single updates: NEW, THR, UPD."""

from __future__ import annotations

from smcheck.contract._example import example

EXAMPLES = {
    "NEW-1": example(
        broken="""
            class Visits:
                visits = {}  # of the class: the next instance finds it filled

                def update(self, entry):
                    name = entry.cmd.decode()
                    self.visits[name] = self.visits.get(name, 0) + 1
                    return Result(self.visits[name])
        """,
        mended="""
            class Visits:
                def __init__(self):
                    self.visits = {}

                def update(self, entry):
                    name = entry.cmd.decode()
                    self.visits[name] = self.visits.get(name, 0) + 1
                    return Result(self.visits[name])
        """,
    ),
    "NEW-2": example(
        broken="""
            _seen = set()  # of the module: every shard in the process looks in here

            class Orders:
                def update(self, entry):
                    order = entry.cmd.decode()
                    if order in _seen:
                        return Result(0, b"known")
                    _seen.add(order)
                    return Result(1)
        """,
        mended="""
            class Orders:
                def __init__(self):
                    self._seen = set()

                def update(self, entry):
                    order = entry.cmd.decode()
                    if order in self._seen:
                        return Result(0, b"known")
                    self._seen.add(order)
                    return Result(1)
        """,
    ),
    "THR-1": example(
        broken="""
            def __init__(self):
                self._lock = threading.Lock()
                self._db = sqlite3.connect(":memory:")  # for this one thread only

            def lookup(self, query):
                with self._lock:
                    return self._db.execute("select count(*) from jobs").fetchone()[0]
        """,
        mended="""
            def __init__(self):
                self._lock = threading.Lock()
                self._db = sqlite3.connect(":memory:", check_same_thread=False)

            def lookup(self, query):
                with self._lock:
                    return self._db.execute("select count(*) from jobs").fetchone()[0]
        """,
    ),
    "UPD-1": example(
        broken="""
            def update(self, entry):
                key, ttl_s = entry.cmd.decode().split()
                now_s = time.time()  # each replica has a clock of its own
                self._expires_at[key] = now_s + int(ttl_s)
                return Result(1)
        """,
        mended="""
            def update(self, entry):
                key, ttl_s, now_s = entry.cmd.decode().split()  # the proposer's clock
                self._expires_at[key] = int(now_s) + int(ttl_s)
                return Result(1)
        """,
    ),
    "UPD-2": example(
        broken="""
            def update(self, entry):
                self._tags.add(entry.cmd.decode())
                tags = ",".join(self._tags)  # a set, in the order of the hash seed
                return Result(len(self._tags), tags.encode())
        """,
        mended="""
            def update(self, entry):
                self._tags.add(entry.cmd.decode())
                tags = ",".join(sorted(self._tags))
                return Result(len(self._tags), tags.encode())
        """,
    ),
    "UPD-3": example(
        broken="""
            def update(self, entry):
                ticket = f"{self._replica_id}-{entry.index}"  # another on each replica
                self._tickets[ticket] = bytes(entry.cmd)
                return Result(1, ticket.encode())
        """,
        mended="""
            def update(self, entry):
                ticket = f"{entry.index}"
                self._tickets[ticket] = bytes(entry.cmd)
                return Result(1, ticket.encode())
        """,
    ),
    "UPD-4": example(
        broken="""
            def update(self, entries):
                for entry in entries:
                    entry.result = Result(self._apply(entry.cmd))
                    self._recent.append(entry)  # soon it holds some other command
                return entries
        """,
        mended="""
            def update(self, entries):
                for entry in entries:
                    entry.result = Result(self._apply(entry.cmd))
                    self._recent.append((entry.index, bytes(entry.cmd)))
                return entries
        """,
    ),
    "UPD-5": example(
        broken="""
            def update(self, entries):
                for entry in entries:
                    entry.cmd = entry.cmd.strip().lower()  # the log is sent from here
                    entry.result = Result(self._apply(entry.cmd))
                return entries
        """,
        mended="""
            def update(self, entries):
                for entry in entries:
                    cmd = entry.cmd.strip().lower()
                    entry.result = Result(self._apply(cmd))
                return entries
        """,
    ),
    "UPD-6": example(
        broken="""
            def update(self, entries):
                accepted = []
                for entry in entries:
                    if self._is_valid(entry.cmd):
                        entry.result = Result(self._apply(entry.cmd))
                        accepted.append(entry)
                return accepted  # fewer than came in
        """,
        mended="""
            def update(self, entries):
                for entry in entries:
                    if self._is_valid(entry.cmd):
                        entry.result = Result(self._apply(entry.cmd))
                    else:
                        entry.result = Result(0, b"refused")
                return entries
        """,
    ),
    "UPD-7": example(
        broken="""
            def update(self, entries):
                for entry in entries:
                    count = self._apply(entry.cmd)
                entries[-1].result = Result(count)  # all others stay without
                return entries
        """,
        mended="""
            def update(self, entries):
                for entry in entries:
                    count = self._apply(entry.cmd)
                    entry.result = Result(count)
                return entries
        """,
    ),
    "UPD-8": example(
        broken="""
            def update(self, entry):
                account, amount = parse(entry.cmd)
                balance = self._balances.get(account, 0)
                if balance < amount:
                    raise ValueError("overdrawn")  # ends the process on every replica
                self._balances[account] = balance - amount
                return Result(1)
        """,
        mended="""
            def update(self, entry):
                account, amount = parse(entry.cmd)
                balance = self._balances.get(account, 0)
                if balance < amount:
                    return Result(0, b"overdrawn")
                self._balances[account] = balance - amount
                return Result(1)
        """,
    ),
    "UPD-9": example(
        broken="""
            def update(self, entry):
                opcode = entry.cmd[0]  # IndexError where there are no bytes
                return Result(self._run(opcode, entry.cmd[1:]))
        """,
        mended="""
            def update(self, entry):
                if not entry.cmd:
                    return Result(0)
                opcode = entry.cmd[0]
                return Result(self._run(opcode, entry.cmd[1:]))
        """,
    ),
    "UPD-10": example(
        broken="""
            def update(self, entry):
                item, count = struct.unpack(">IQ", entry.cmd)  # raises on any other length
                self._stock[item] = count
                return Result(1)
        """,
        mended="""
            def update(self, entry):
                try:
                    item, count = struct.unpack(">IQ", entry.cmd)
                except struct.error:
                    return Result(0, b"malformed")
                self._stock[item] = count
                return Result(1)
        """,
    ),
    "UPD-11": example(
        broken="""
            def update(self, entry):
                source, target, amount = parse(entry.cmd)
                self._balances[source] -= amount
                self._audit.write(entry.cmd)  # OSError: half done, perhaps done again
                self._balances[target] += amount
                return Result(1)
        """,
        mended="""
            def update(self, entry):
                source, target, amount = parse(entry.cmd)
                self._audit.write(entry.cmd)  # what can fail comes before any change
                self._balances[source] -= amount
                self._balances[target] += amount
                return Result(1)
        """,
    ),
}
