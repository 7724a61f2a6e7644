"""Examples of the clauses that follow from overlapping calls: PRG, RDC, CRA, LKP-8."""

from __future__ import annotations

from smcheck.contract._example import example

EXAMPLES = {
    "PRG-1": example(
        broken="""
            def update(self, entries):
                with self._table_lock, self._index_lock:
                    return [self._apply(entry) for entry in entries]

            def lookup(self, query):
                with self._index_lock, self._table_lock:  # the other way round
                    return self._table.get(self._index.get(query))
        """,
        mended="""
            def update(self, entries):
                with self._table_lock, self._index_lock:
                    return [self._apply(entry) for entry in entries]

            def lookup(self, query):
                with self._table_lock, self._index_lock:
                    return self._table.get(self._index.get(query))
        """,
    ),
    "PRG-2": example(
        broken="""
            def lookup(self, query):
                with self._changed:
                    while query not in self._table:
                        self._changed.wait()  # for an update that may never come
                    return self._table[query]
        """,
        mended="""
            def lookup(self, query):
                with self._changed:
                    return self._table.get(query)  # None: the caller may ask again
        """,
    ),
    "PRG-3": example(
        broken="""
            def lookup(self, query):
                while self._is_updating:  # spins, and an update may always be at work
                    pass
                return self._table.get(query)
        """,
        mended="""
            def lookup(self, query):
                with self._lock:  # update gives it back after each entry
                    return self._table.get(query)
        """,
    ),
    "RDC-1": example(
        broken="""
            def update(self, entries):
                for entry in entries:
                    entry.result = Result(self._apply(entry.cmd))
                self._pool.submit(self._publish)  # lookups see it some time later
                return entries
        """,
        mended="""
            def update(self, entries):
                for entry in entries:
                    entry.result = Result(self._apply(entry.cmd))
                self._publish()
                return entries
        """,
    ),
    "RDC-2": example(
        broken="""
            def lookup(self, query):
                if query == "all":
                    return dict(self._published)  # made after a batch, and older
                return self._table.get(query)  # than what was just seen in here
        """,
        mended="""
            def lookup(self, query):
                table = self._published
                if query == "all":
                    return dict(table)
                return table.get(query)
        """,
    ),
    "RDC-3": example(
        broken="""
            def lookup(self, query):
                # Updates come in between one item and the next.
                return [self._stock.get(item, 0) for item in query]
        """,
        mended="""
            def lookup(self, query):
                with self._lock:  # update takes it for every entry
                    return [self._stock.get(item, 0) for item in query]
        """,
    ),
    "CRA-1": example(
        broken="""
            def lookup(self, query):
                names = self._table  # an update that adds one makes the loop raise
                return [name for name in names if name.startswith(query)]
        """,
        mended="""
            def lookup(self, query):
                names = list(self._table)
                return [name for name in names if name.startswith(query)]
        """,
    ),
    "LKP-8": example(
        broken="""
            def lookup(self, query):
                # A set: of players with the same score, each replica names another.
                return max(self._players, key=lambda name: self._scores[name])
        """,
        mended="""
            def lookup(self, query):
                return max(self._players, key=lambda name: (self._scores[name], name))
        """,
    ),
}
