"""Examples of the clauses about recovering, closing and hashing: REC, CLO, HSH."""

from __future__ import annotations

from smcheck.contract._example import example

EXAMPLES = {
    "REC-1": example(
        broken="""
            def recover_from_snapshot(self, reader, files, stopped):
                saved = decode(read_all(reader))
                self._stock.update(saved)  # what was deleted meanwhile lives on
        """,
        mended="""
            def recover_from_snapshot(self, reader, files, stopped):
                saved = decode(read_all(reader))
                self._stock = saved
        """,
    ),
    "REC-2": example(
        broken="""
            def recover_from_snapshot(self, reader, files, stopped):
                image = read_all(reader)
                # Recover has returned before it ran: now updates run beside it.
                threading.Thread(target=self._load, args=(image,)).start()
        """,
        mended="""
            def recover_from_snapshot(self, reader, files, stopped):
                image = read_all(reader)
                self._load(image)  # neither update nor close comes in between
        """,
    ),
    "REC-3": example(
        broken="""
            def recover_from_snapshot(self, reader, files, stopped):
                table = {}
                for key, value in read_items(reader):
                    if len(table) == self._limit_items:
                        raise SnapshotStopped  # nobody asked it to stop
                    table[key] = value
                self._table = table
        """,
        mended="""
            def recover_from_snapshot(self, reader, files, stopped):
                table = {}
                for key, value in read_items(reader):
                    if stopped.is_set():
                        raise SnapshotStopped
                    table[key] = value
                self._table = table
        """,
    ),
    "REC-4": example(
        broken="""
            def recover_from_snapshot(self, reader, files, stopped):
                self._table = {}
                for key, value in read_items(reader):
                    if stopped.is_set():
                        raise SnapshotStopped  # and leaves half of the image behind
                    self._table[key] = value
        """,
        mended="""
            def recover_from_snapshot(self, reader, files, stopped):
                table = {}
                for key, value in read_items(reader):
                    if stopped.is_set():
                        raise SnapshotStopped  # the old table is still in place
                    table[key] = value
                self._table = table
        """,
    ),
    "REC-5": example(
        broken="""
            def recover_from_snapshot(self, reader, files, stopped):
                try:
                    self._table = json.loads(read_all(reader))
                except ValueError:
                    logger.exception("damaged image")  # and goes on with nothing
                    self._table = {}
        """,
        mended="""
            def recover_from_snapshot(self, reader, files, stopped):
                self._table = json.loads(read_all(reader))  # raises on a cut image
        """,
    ),
    "REC-6": example(
        broken="""
            def recover_from_snapshot(self, reader, files, stopped):
                image = reader.read(1 << 20)  # may give only the first part
                self._table = json.loads(image)
        """,
        mended="""
            def recover_from_snapshot(self, reader, files, stopped):
                image = b"".join(iter(reader.read, b""))
                self._table = json.loads(image)
        """,
    ),
    "REC-7": example(
        broken="""
            def recover_from_snapshot(self, reader, stopped):
                self._path.unlink()  # a crash before sync finds no store at all
                self._index, self._table = decode(read_all(reader))

            def sync(self):
                replace_file(self._path, encode([self._index, self._table]))
        """,
        mended="""
            def recover_from_snapshot(self, reader, stopped):
                self._index, self._table = decode(read_all(reader))

            def sync(self):
                # Until here the old store is the durable one, and that is fine.
                replace_file(self._path, encode([self._index, self._table]))
        """,
    ),
    "REC-8": example(
        broken="""
            def recover_from_snapshot(self, reader, stopped):
                index, table = decode(read_all(reader))
                if index > self._index:  # passes over what an operator imported
                    self._index, self._table = index, table
        """,
        mended="""
            def recover_from_snapshot(self, reader, stopped):
                index, table = decode(read_all(reader))
                self._index, self._table = index, table
        """,
    ),
    "CLO-1": example(
        broken="""
            def lookup(self, query):
                return self._stock.get(query, 0)

            def close(self):
                self._stock.clear()  # a late lookup tells of an empty shop
        """,
        mended="""
            def lookup(self, query):
                return self._stock.get(query, 0)

            def close(self):
                pass  # the collector comes when nobody asks any more
        """,
    ),
    "CLO-2": example(
        broken="""
            def open(self, stopped):
                self._lock.touch(exist_ok=False)  # there already after a kill
                self._index, self._table = decode(self._path.read_bytes())
                return self._index

            def close(self):
                self._lock.unlink()
        """,
        mended="""
            def open(self, stopped):
                self._owner = self._lock.open("w")
                fcntl.flock(self._owner, fcntl.LOCK_EX)  # ends with the process
                self._index, self._table = decode(self._path.read_bytes())
                return self._index

            def close(self):
                self._owner.close()
        """,
    ),
    "CLO-3": example(
        broken="""
            def close(self):
                self._export.close()  # AttributeError: None unless one was begun
        """,
        mended="""
            def close(self):
                if self._export is not None:
                    self._export.close()
        """,
    ),
    "HSH-1": example(
        broken="""
            def get_hash(self):
                items = frozenset(self._table.items())
                return hash(items)  # strings hash differently in every process
        """,
        mended="""
            def get_hash(self):
                items = sorted(self._table.items())
                return zlib.crc32(json.dumps(items).encode())
        """,
    ),
    "HSH-2": example(
        broken="""
            def get_hash(self):
                self._digest.update(encode(self._table))  # so the next one differs
                return int.from_bytes(self._digest.digest()[:8], "big")
        """,
        mended="""
            def get_hash(self):
                digest = hashlib.sha256(encode(self._table))
                return int.from_bytes(digest.digest()[:8], "big")
        """,
    ),
    "HSH-3": example(
        broken="""
            def get_hash(self):
                return len(self._table)  # the same, whatever the values are
        """,
        mended="""
            def get_hash(self):
                return zlib.crc32(encode(self._table))
        """,
    ),
}
