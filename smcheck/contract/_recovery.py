"""Clauses about recovering, closing and hashing: REC, CLO, HSH."""

from __future__ import annotations

from smcheck.contract._clause import clause

CLAUSES = (
    clause(
        "REC-1", "rcd", family="recovery",
        text="recover replaces the whole state: what the image lacks is gone.",
        reason="A replica that fell behind recovers over what it had.",
        how="Recovers the same image into a used and a fresh instance and compares the two, "
        "also after more entries.",
    ),
    clause(
        "REC-2", "rcd", family="recovery",
        text="update and close do not run beside recover.",
        reason="The library keeps them apart; only lookups may come.",
        how="Not a machine's duty: the host keeps them apart.",
    ),
    clause(
        "REC-3", "rcd", family="recovery",
        text="recover raises SnapshotStopped only after the stop signal, and nothing else.",
        reason="A stopped recover is taken as not done; every other error ends the replica.",
        how="Every exception out of recover from a good image with the signal not set counts.",
    ),
    clause(
        "REC-4", "rcd", family="recovery",
        text="After a stopped recover the instance answers the old state, the new one, or raises.",
        reason="It is closed next, but lookups may still come.",
        how="Sets the signal before a recover over another state, at its questions and between "
        "its reads; then each lookup answers from before, each from after, or it raises.",
    ),
    clause(
        "REC-5", "rcd", family="recovery",
        text="A cut or damaged image is refused, not taken for a smaller state.",
        reason="A replica that starts from half an image has left the group without knowing.",
        how="Recovers parts of an image into a new instance: each must make it raise or give the "
        "state of the whole. A recover that asks for more at the end again and again counts too.",
    ),
    clause(
        "REC-6", "rcd", family="recovery",
        text="recover copes with reads that give less than was asked for.",
        reason="Images come from sockets and decompressors.",
        how="Recovers an image from a reader that gives 1, 3 or 7 bytes at most where more were "
        "asked for, and compares with what a full reader gives.",
    ),
    clause(
        "REC-7", "d", family="durability",
        text="What recover took over need not be durable before the sync that follows.",
        reason="The library syncs right after it.",
        how="Not a machine's duty: the host syncs after each recover and takes either state before "
        "that.",
    ),
    clause(
        "REC-8", "d", family="durability",
        text="An older image may be recovered over a newer store, and then the older one counts.",
        reason="An operator may import an exported image to repair a group.",
        how="Recovers an older image into a store, syncs, and opens the folder again: index and "
        "data must be the image's.",
    ),
    clause(
        "CLO-1", "rcd", family="close",
        text="close changes no answer, except that lookups may raise from then on.",
        reason="A lookup that comes late must not report a state that never was.",
        how="Asks the same queries before and after close and compares the answers that come.",
    ),
    clause(
        "CLO-2", "rcd", family="close",
        text="close may never come.",
        reason="Processes are killed.",
        how="Makes a replica again while nobody has closed the first, and opens folders that a "
        "killed process left: none may be refused for want of a close.",
    ),
    clause(
        "CLO-3", "rcd", family="close",
        text="close is called once, raises nothing, and only lookups follow.",
        reason="The library ends the process when close fails.",
        how="Closes once at the end and counts every exception out of close.",
    ),
    clause(
        "HSH-1", "rcd", family="determinism",
        text="Replicas that applied the same entries have the same hash.",
        reason="Operators compare hashes to find a replica that has left the group.",
        how="Compares the hash of twins, of other batch cuts, after save and recover, and beside "
        "other calls. What is no number is no hash.",
    ),
    clause(
        "HSH-2", "rcd", family="determinism",
        text="To ask for the hash changes nothing.",
        reason="Replicas are asked at different times, or never.",
        how="Lives through the same log with and without calls of get_hash, and runs them beside "
        "lookups and saves.",
    ),
    clause(
        "HSH-3", "rcd", family="determinism", severity="hazard",
        text="States that answer differently mostly have different hashes.",
        reason="A hash that never changes agrees with everything and shows nothing.",
        how="Looks for one and the same hash at five or more versions of a log that all answer "
        "differently.",
    ),
)  # fmt: skip
