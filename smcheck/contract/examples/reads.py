"""Examples of the clauses about lookups: LKP-1 to LKP-7."""

from __future__ import annotations

from smcheck.contract._example import example

EXAMPLES = {
    "LKP-1": example(
        broken="""
            def __init__(self):
                self._carts = defaultdict(list)

            def lookup(self, query):
                cart = self._carts[query]  # to ask for a cart is to make one
                return len(cart)
        """,
        mended="""
            def __init__(self):
                self._carts = defaultdict(list)

            def lookup(self, query):
                cart = self._carts.get(query, ())
                return len(cart)
        """,
    ),
    "LKP-2": example(
        broken="""
            def lookup(self, query):
                self._recent_queries.append(query)  # the caller fills the list anew
                return [self._stock.get(item, 0) for item in query]
        """,
        mended="""
            def lookup(self, query):
                return [self._stock.get(item, 0) for item in query]
        """,
    ),
    "LKP-3": example(
        broken="""
            def lookup(self, query):
                members = self._members.get(query, [])
                return members  # the very list that update appends to
        """,
        mended="""
            def lookup(self, query):
                members = self._members.get(query, [])
                return list(members)
        """,
    ),
    "LKP-4": example(
        broken="""
            def lookup(self, query):
                self._lock.acquire()
                price = self._prices[query]  # a KeyError leaves the lock taken
                self._lock.release()
                return price
        """,
        mended="""
            def lookup(self, query):
                with self._lock:
                    price = self._prices[query]  # a KeyError is the caller's answer
                return price
        """,
    ),
    "LKP-5": example(
        broken="""
            def recover_from_snapshot(self, reader, files, stopped):
                self._table.clear()
                for key, value in read_items(reader):
                    self._table[key] = value  # a lookup here finds half of it
        """,
        mended="""
            def recover_from_snapshot(self, reader, files, stopped):
                table = {}
                for key, value in read_items(reader):
                    table[key] = value
                self._table = table  # in one step from old to new
        """,
    ),
    "LKP-6": example(
        broken="""
            def lookup(self, query):
                with self._lock:
                    return self._table.get(query)

            def close(self):
                self._lock.acquire()  # for good: a late lookup waits for ever
        """,
        mended="""
            def lookup(self, query):
                with self._lock:
                    if self._closed:
                        raise RuntimeError("closed")
                    return self._table.get(query)

            def close(self):
                with self._lock:
                    self._closed = True
        """,
    ),
    "LKP-7": example(
        broken="""
            def lookup(self, query):
                return self._stock.get(query, 0)

            def lookup_bytes(self, query):
                count = self._stock[query.decode()]  # raises where lookup says 0
                return str(count).encode()
        """,
        mended="""
            def lookup(self, query):
                return self._stock.get(query, 0)

            def lookup_bytes(self, query):
                count = self.lookup(query.decode())
                return str(count).encode()
        """,
    ),
}
