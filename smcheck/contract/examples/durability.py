"""Examples of the clauses about machines that keep their own files: DSK."""

from __future__ import annotations

from smcheck.contract._example import example

EXAMPLES = {
    "DSK-1": example(
        broken="""
            def open(self, stopped):
                self._index, self._table = self._load()
                return 0  # every entry comes once more, onto what is there already
        """,
        mended="""
            def open(self, stopped):
                self._index, self._table = self._load()
                return self._index
        """,
    ),
    "DSK-2": example(
        broken="""
            def open(self, stopped):
                self._rows = {row.index: row for row in read_records(self._path)}
                return max(self._rows, default=1)  # the host skips entry 1
        """,
        mended="""
            def open(self, stopped):
                self._rows = {row.index: row for row in read_records(self._path)}
                return max(self._rows, default=0)
        """,
    ),
    "DSK-3": example(
        broken="""
            def sync(self):
                replace_file(self._table_path, encode(self._table))
                # A crash here: new data under an old index, and entries come twice.
                replace_file(self._index_path, encode(self._index))
        """,
        mended="""
            def sync(self):
                replace_file(self._path, encode([self._index, self._table]))
        """,
    ),
    "DSK-4": example(
        broken="""
            def open(self, stopped):
                for record in read_records(self._log_path):
                    if not record.is_whole:
                        continue  # leaves a hole, and keeps what is behind it
                    self._replay(record)
                return self._index
        """,
        mended="""
            def open(self, stopped):
                for record in read_records(self._log_path):
                    if not record.is_whole:
                        os.truncate(self._log_path, record.offset)
                        break  # what is behind it comes again
                    self._replay(record)
                return self._index
        """,
    ),
    "DSK-5": example(
        broken="""
            def _apply(self, entry):
                key, value = parse(entry.cmd)
                with self._store.transaction() as write:
                    write.put(key, value)
                    if entry.index % 100 == 0:  # up to 99 entries come twice
                        write.set_index(entry.index)
        """,
        mended="""
            def _apply(self, entry):
                key, value = parse(entry.cmd)
                with self._store.transaction() as write:
                    write.put(key, value)
                    write.set_index(entry.index)
        """,
    ),
    "DSK-6": example(
        broken="""
            def sync(self):
                self._log.flush()  # into the kernel: the disk has nothing yet
        """,
        mended="""
            def sync(self):
                self._log.flush()
                os.fsync(self._log.fileno())
        """,
    ),
    "DSK-7": example(
        broken="""
            def _put(self, key, value):
                self._pending[key] = value  # unseen by lookups for minutes

            def sync(self):
                self._table.update(self._pending)
                replace_file(self._path, encode([self._index, self._table]))
        """,
        mended="""
            def _put(self, key, value):
                self._table[key] = value

            def sync(self):
                replace_file(self._path, encode([self._index, self._table]))
        """,
    ),
    "DSK-8": example(
        broken="""
            def _append(self, entry):
                self._log.write(encode([entry.index, entry.cmd]))

            def sync(self):
                pass  # as if update had seen to it
        """,
        mended="""
            def _append(self, entry):
                self._log.write(encode([entry.index, entry.cmd]))  # may wait

            def sync(self):
                self._log.flush()
                os.fsync(self._log.fileno())
        """,
    ),
    "DSK-9": example(
        broken="""
            def update(self, entries):
                assert entries[0].index == self._index + 1  # there may be a gap
                for entry in entries:
                    entry.result = Result(self._apply(entry.cmd))
                    self._index = entry.index
                return entries
        """,
        mended="""
            def update(self, entries):
                assert entries[0].index > self._index
                for entry in entries:
                    entry.result = Result(self._apply(entry.cmd))
                    self._index = entry.index
                return entries
        """,
    ),
    "DSK-10": example(
        broken="""
            def open(self, stopped):
                for record in read_records(self._log_path):
                    if stopped.is_set():
                        return self._index  # of the half that it has read
                    self._replay(record)
                return self._index
        """,
        mended="""
            def open(self, stopped):
                for record in read_records(self._log_path):
                    if stopped.is_set():
                        raise OpenStopped
                    self._replay(record)
                return self._index
        """,
    ),
    "DSK-11": example(
        broken="""
            def recover_from_snapshot(self, reader, stopped):
                index, table = decode(read_all(reader))
                self._table = table  # under the old index, which sync writes down

            def sync(self):
                replace_file(self._path, encode([self._index, self._table]))
        """,
        mended="""
            def recover_from_snapshot(self, reader, stopped):
                index, table = decode(read_all(reader))
                self._index, self._table = index, table

            def sync(self):
                replace_file(self._path, encode([self._index, self._table]))
        """,
    ),
    "DSK-12": example(
        broken="""
            def open(self, stopped):
                rows = list(read_records(self._path))
                return len(rows)  # as if every index of the log had come here
        """,
        mended="""
            def open(self, stopped):
                rows = list(read_records(self._path))
                return rows[-1].index if rows else 0
        """,
    ),
}
