"""Clauses about machines that keep their own files: DSK."""

from __future__ import annotations

from smcheck.contract._clause import clause

CLAUSES = (
    clause(
        "DSK-1", "d", family="durability",
        text="open is the first call, comes once, and returns the index of the last durable entry.",
        reason="The library goes on with the entry behind it.",
        how="Opens an empty folder, and what a killed process left, at many moments and cut in the "
        "middle of a write; open must give 0 or the index of an entry.",
    ),
    clause(
        "DSK-2", "d", family="durability",
        text="A new replica opens at 0.",
        reason="Any other index would make the library skip entries that were never applied.",
        how="Opens an empty folder before anything else.",
    ),
    clause(
        "DSK-3", "d", family="durability",
        text="The index and the data of an entry become durable together.",
        reason="After a crash the index alone says which entries come again.",
        how="Keeps the folder as it is at lines and file calls inside update, sync and recover, "
        "opens it in another process, and compares the state with that of the opened index.",
    ),
    clause(
        "DSK-4", "d", family="durability",
        text="Without sync only the last entries may be lost, never one before a kept one.",
        reason="The library applies again from one index on and cannot fill a hole.",
        how="Loses writes that were not fsynced, all or some of them, and looks for a state with a "
        "later entry and without an earlier one. What a library writes past Python is not lost.",
    ),
    clause(
        "DSK-5", "d", family="durability",
        text="The opened index is exact: neither ahead of the data nor behind it.",
        reason="Too high loses entries for ever, too low applies them twice.",
        how="Applies the rest of the log behind the opened index and compares results and state "
        "with a replica that was never killed; also syncs, closes and opens again at up to "
        "twelve places of a log.",
    ),
    clause(
        "DSK-6", "d", family="durability",
        text="Nothing that was applied before a sync is lost after it.",
        reason="The library records the index and may drop the log up to it.",
        how="After a sync has returned, kills the process or takes away what was not fsynced; open "
        "must give an index that is not older, and its data.",
    ),
    clause(
        "DSK-7", "d", family="durability",
        text="sync comes with every snapshot, after recover, and now and then.",
        reason="It bounds how much log has to be kept.",
        how="Not a machine's duty: the host decides when it syncs.",
    ),
    clause(
        "DSK-8", "d", family="durability",
        text="update may make entries durable at once or leave it to sync.",
        reason="Both are safe, because the log is still there.",
        how="Not a machine's duty: both are accepted.",
    ),
    clause(
        "DSK-9", "d", family="durability",
        text="The first entry after open is behind the opened index.",
        reason="The library skips what the machine has already.",
        how="Not a machine's duty: the host keeps it.",
    ),
    clause(
        "DSK-10", "d", family="durability",
        text="open may be told to stop and then raises OpenStopped or opens all the same.",
        reason="A host that is closing must not wait for a long repair.",
        how="Opens an empty folder and one that holds a log with the signal set, before open or in "
        "its midst: OpenStopped or the index and the whole state are fine, and the next open finds "
        "what it would have found without.",
    ),
    clause(
        "DSK-11", "d", family="durability",
        text="After recover and sync, open returns at least the index of the image.",
        reason="The log before the image may be gone.",
        how="As DSK-6, after a recover and its sync.",
    ),
    clause(
        "DSK-12", "d", family="durability",
        text="open returns the last entry that reached update, not the last of the raft log.",
        reason="Entries of the library itself never reach the machine.",
        how="Not a machine's duty: the host compares with the entries that it handed out.",
    ),
)  # fmt: skip
