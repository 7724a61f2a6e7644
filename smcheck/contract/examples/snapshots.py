"""Examples of the clauses about preparing and saving images, and their files: PRE, SAV, FIL."""

from __future__ import annotations

from smcheck.contract._example import example

EXAMPLES = {
    "PRE-1": example(
        broken="""
            def prepare_snapshot(self):
                return encode(list(self._store))  # updates wait for all of it

            def save_snapshot(self, context, writer, files, stopped):
                write_all(writer, context)
        """,
        mended="""
            def prepare_snapshot(self):
                return self._store.view()

            def save_snapshot(self, context, writer, files, stopped):
                with context as view:
                    write_all(writer, encode(list(view)))
        """,
    ),
    "PRE-2": example(
        broken="""
            def _push(self, queue, item):
                self._queues[queue].append(item)

            def prepare_snapshot(self):
                return dict(self._queues)  # with the lists that _push goes on filling
        """,
        mended="""
            def _push(self, queue, item):
                self._queues[queue].append(item)

            def prepare_snapshot(self):
                return {queue: list(items) for queue, items in self._queues.items()}
        """,
    ),
    "PRE-3": example(
        broken="""
            def prepare_snapshot(self):
                self._write_out_cache()  # most snapshots come without this call
                return self._store.view()

            def sync(self):
                self._store.fsync()
        """,
        mended="""
            def prepare_snapshot(self):
                self._write_out_cache()
                return self._store.view()

            def sync(self):
                self._write_out_cache()
                self._store.fsync()
        """,
    ),
    "PRE-4": example(
        broken="""
            def prepare_snapshot(self):
                if self._is_saving:  # stays true when no save follows
                    raise SnapshotAborted("another save is under way")
                self._is_saving = True
                return dict(self._table)

            def save_snapshot(self, context, writer, files, stopped):
                write_all(writer, encode(context))
                self._is_saving = False
        """,
        mended="""
            def prepare_snapshot(self):
                return dict(self._table)  # nothing to give back if it is dropped

            def save_snapshot(self, context, writer, files, stopped):
                write_all(writer, encode(context))
        """,
    ),
    "PRE-5": example(
        broken="""
            def prepare_snapshot(self):
                if self._is_compacting:
                    raise RuntimeError("busy, try again")  # ends the replica
                return dict(self._table)
        """,
        mended="""
            def prepare_snapshot(self):
                if self._is_compacting:
                    raise SnapshotAborted("busy, try again")
                return dict(self._table)
        """,
    ),
    "SAV-1": example(
        broken="""
            def prepare_snapshot(self):
                return None

            def save_snapshot(self, context, writer, files, stopped):
                write_all(writer, encode(self._stock))  # with what came since
        """,
        mended="""
            def prepare_snapshot(self):
                return dict(self._stock)

            def save_snapshot(self, context, writer, files, stopped):
                write_all(writer, encode(context))
        """,
    ),
    "SAV-2": example(
        broken="""
            def save_snapshot(self, writer, files, stopped):
                if self._image is None:
                    self._image = encode(self._stock)
                write_all(writer, self._image)  # of the first save, long ago
        """,
        mended="""
            def save_snapshot(self, writer, files, stopped):
                image = encode(self._stock)
                write_all(writer, image)
        """,
    ),
    "SAV-3": example(
        broken="""
            def save_snapshot(self, writer, files, stopped):
                # Tidied up here only, so it depends on who saved and when.
                self._jobs = [job for job in self._jobs if not job["done"]]
                write_all(writer, encode(self._jobs))
        """,
        mended="""
            def save_snapshot(self, writer, files, stopped):
                write_all(writer, encode(self._jobs))
        """,
    ),
    "SAV-4": example(
        broken="""
            def save_snapshot(self, writer, files, stopped):
                write_all(writer, encode(self._jobs))  # and the next number?

            def recover_from_snapshot(self, reader, files, stopped):
                self._jobs = decode(read_all(reader))
        """,
        mended="""
            def save_snapshot(self, writer, files, stopped):
                write_all(writer, encode([self._jobs, self._next_number]))

            def recover_from_snapshot(self, reader, files, stopped):
                self._jobs, self._next_number = decode(read_all(reader))
        """,
    ),
    "SAV-5": example(
        broken="""
            def save_snapshot(self, context, writer, stopped):
                header = {"index": context.index, "saved_at": time.time()}
                write_all(writer, encode(header))  # other bytes when sent again
                write_all(writer, encode(context.table))
        """,
        mended="""
            def save_snapshot(self, context, writer, stopped):
                header = {"index": context.index}
                write_all(writer, encode(header))
                write_all(writer, encode(context.table))
        """,
    ),
    "SAV-6": example(
        broken="""
            def prepare_snapshot(self):
                return self._path.open("rb")

            def save_snapshot(self, context, writer, files, stopped):
                while chunk := context.read(65536):
                    write_all(writer, chunk)
                context.close()  # not where the writer raised
        """,
        mended="""
            def prepare_snapshot(self):
                return self._path.open("rb")

            def save_snapshot(self, context, writer, files, stopped):
                with context:
                    while chunk := context.read(65536):
                        write_all(writer, chunk)
        """,
    ),
    "SAV-7": example(
        broken="""
            def save_snapshot(self, context, writer, files, stopped):
                for chunk in self._chunks(context):
                    if stopped.is_set():
                        return  # half an image that passes for a whole one
                    write_all(writer, chunk)
        """,
        mended="""
            def save_snapshot(self, context, writer, files, stopped):
                for chunk in self._chunks(context):
                    if stopped.is_set():
                        raise SnapshotStopped
                    write_all(writer, chunk)
        """,
    ),
    "SAV-8": example(
        broken="""
            def save_snapshot(self, context, writer, files, stopped):
                if not self._has_scratch_room(context):
                    raise RuntimeError("not enough room")  # ends the replica
                write_all(writer, self._pack(context))
        """,
        mended="""
            def save_snapshot(self, context, writer, files, stopped):
                if not self._has_scratch_room(context):
                    raise SnapshotAborted("not enough room")
                write_all(writer, self._pack(context))
        """,
    ),
    "SAV-9": example(
        broken="""
            def save_snapshot(self, context, writer, stopped):
                try:
                    write_all(writer, encode(context))
                except SnapshotStreamingFailed:
                    logger.warning("receiver is gone")  # taken for a whole image
        """,
        mended="""
            def save_snapshot(self, context, writer, stopped):
                try:
                    write_all(writer, encode(context))
                except SnapshotStreamingFailed:
                    logger.warning("receiver is gone")
                    raise
        """,
    ),
    "SAV-10": example(
        broken="""
            def save_snapshot(self, context, writer, files, stopped):
                image = json.dumps(context).encode()
                writer.write(image)  # may take only the first part
        """,
        mended="""
            def save_snapshot(self, context, writer, files, stopped):
                image = json.dumps(context).encode()
                while image:
                    image = image[writer.write(image) :]
        """,
    ),
    "SAV-11": example(
        broken="""
            def save_snapshot(self, context, writer, files, stopped):
                write_all(writer, bytes(8))  # room for the length
                image = encode(context)
                write_all(writer, image)
                writer.seek(0)  # what went into a socket does not come back
                write_all(writer, len(image).to_bytes(8, "big"))
        """,
        mended="""
            def save_snapshot(self, context, writer, files, stopped):
                image = encode(context)
                write_all(writer, len(image).to_bytes(8, "big"))
                write_all(writer, image)
        """,
    ),
    "FIL-1": example(
        broken="""
            def save_snapshot(self, writer, files, stopped):
                with tempfile.NamedTemporaryFile(dir=self._directory) as blobs:
                    blobs.write(encode(self._blobs))
                    files.add(1, blobs.name)  # gone before it is linked
                write_all(writer, encode(self._table))
        """,
        mended="""
            def save_snapshot(self, writer, files, stopped):
                handle, path = tempfile.mkstemp(dir=self._directory)
                with open(handle, "wb") as blobs:
                    blobs.write(encode(self._blobs))
                files.add(1, path)  # closed, and it stays
                write_all(writer, encode(self._table))
        """,
    ),
    "FIL-2": example(
        broken="""
            def recover_from_snapshot(self, reader, files, stopped):
                table, blobs_path = decode(read_all(reader))
                blobs = Path(blobs_path).read_bytes()  # a path on the host that saved
                self._table, self._blobs = table, decode(blobs)
        """,
        mended="""
            def recover_from_snapshot(self, reader, files, stopped):
                table = decode(read_all(reader))
                paths = {file.file_id: file.path for file in files}
                blobs = paths[1].read_bytes()
                self._table, self._blobs = table, decode(blobs)
        """,
    ),
    "FIL-3": example(
        broken="""
            def save_snapshot(self, context, writer, stopped):
                path = self._segment_path(context)
                write_all(writer, str(path).encode())  # the file itself stays behind
        """,
        mended="""
            def save_snapshot(self, context, writer, stopped):
                path = self._segment_path(context)
                with path.open("rb") as segment:
                    while chunk := segment.read(65536):
                        write_all(writer, chunk)
        """,
    ),
}
