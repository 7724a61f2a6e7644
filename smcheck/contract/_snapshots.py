"""Clauses about preparing and saving images, and their files: PRE, SAV, FIL."""

from __future__ import annotations

from smcheck.contract._clause import clause

CLAUSES = (
    clause(
        "PRE-1", "cd", family="snapshots",
        text="prepare runs without update, sync and recover, and quickly returns a small context.",
        reason="Updates wait for it.",
        how="Looks whether virtual time passes inside prepare: one that sleeps or waits is a "
        "hazard. How long copying may take nobody can say, and it is not judged.",
    ),
    clause(
        "PRE-2", "cd", family="snapshots",
        text="Later updates do not change what a context stands for.",
        reason="The image is written from it while updates go on.",
        how="No finding names it: an image is all that shows a breach, and it is told as SAV-1.",
    ),
    clause(
        "PRE-3", "d", family="snapshots",
        text="Most snapshots of an on-disk machine come without prepare.",
        reason="They only record how far the machine's own files go; sync comes with each.",
        how="Not a machine's duty: the host leaves prepare out.",
    ),
    clause(
        "PRE-4", "cd", family="snapshots",
        text="A context may be dropped without a save.",
        reason="The library gives up between the two calls when something else fails.",
        how="Drops a context after each entry and then saves: results, answers and what is "
        "recovered are as without them, and no file stays open for each.",
    ),
    clause(
        "PRE-5", "cd", family="snapshots",
        text="prepare raises nothing but SnapshotStopped, with the signal set, and "
        "SnapshotAborted.",
        reason="The library takes every other error for the end of the replica.",
        how="Every other exception out of prepare counts.",
    ),
    clause(
        "SAV-1", "cd", family="snapshots",
        text="save writes the state at its prepare, not the present one.",
        reason="The image is stored under the index of the prepare; later entries are applied "
        "again on top of it.",
        how="Runs updates between prepare and save and inside save, recovers the image elsewhere "
        "and compares with the state at prepare.",
    ),
    clause(
        "SAV-2", "r", family="snapshots",
        text="save writes the present state.",
        reason="No update runs beside it, and the image gets the index reached.",
        how="Recovers the image elsewhere and compares with the state at save.",
    ),
    clause(
        "SAV-3", "rcd", family="snapshots",
        text="Preparing and saving change nothing that can be seen.",
        reason="Each replica saves when it likes.",
        how="Compares a replica that saved with a twin that never did, and again after more "
        "entries.",
    ),
    clause(
        "SAV-4", "rcd", family="snapshots",
        text="The image holds everything: who recovers from it cannot be told from the original.",
        reason="A replica that was away gets the image instead of the log.",
        how="Recovers it into a fresh instance, at a few places of a log and at up to twelve in "
        "one life, applies the same further entries to both, and compares results, answers, hash "
        "and `observe`.",
    ),
    clause(
        "SAV-5", "d", family="snapshots",
        text="One context gives the same bytes however often it is saved.",
        reason="A stream that broke is sent again from the same context.",
        how="Saves one state twice, one context twice where the machine lets it, on a replica at "
        "another time and in other processes, and compares the bytes.",
    ),
    clause(
        "SAV-6", "cd", family="snapshots",
        text="save gives back what the context holds, also when it fails or is stopped.",
        reason="Nobody else has the context any more.",
        how="Saves to failing writers over and over, and looks for a later call that waits or "
        "raises, for files that stay open and for contexts that the machine still reaches.",
    ),
    clause(
        "SAV-7", "rcd", family="snapshots",
        text="When the stop signal is set, save ends with a whole image or with SnapshotStopped.",
        reason="The host is closing and drops what was written only if it is told so.",
        how="Sets the signal before a save, at its questions and between its writes: what a save "
        "returns then is recovered and compared, and SnapshotStopped is all that it may raise.",
    ),
    clause(
        "SAV-8", "rcd", family="snapshots",
        text="save raises nothing but SnapshotAborted, SnapshotStopped with the signal set, and "
        "the writer's own errors.",
        reason="An aborted save costs one snapshot; every other error ends the replica.",
        how="Every other exception out of a save without a fault counts; one that is aborted "
        "three times over is a hazard.",
    ),
    clause(
        "SAV-9", "d", family="snapshots",
        text="SnapshotStreamingFailed from the writer comes out of save.",
        reason="It tells the library to give the stream up and to keep the replica.",
        how="Saves to writers that fail with it at the first, the last and other bytes: it, or "
        "what was raised from it, comes out, and all else goes on as if no save had been.",
    ),
    clause(
        "SAV-10", "rcd", family="snapshots",
        text="An error of the writer comes out of save, and a short write is continued.",
        reason="An image with a hole would be taken for a good one.",
        how="Saves to writers that fail at the first, the last and other bytes, and to one that "
        "takes half of what it is given; recovers what that one got.",
    ),
    clause(
        "SAV-11", "rcd", family="snapshots",
        text="save uses nothing of the writer but write.",
        reason="Images go through sockets and compressors that cannot seek or be read back.",
        how="Offers write and nothing else; what is raised for want of another method counts.",
    ),
    clause(
        "FIL-1", "rc", family="snapshots",
        text="Added files are finished, not empty, no folders, and have ids of their own.",
        reason="They are linked into the image only after save returned.",
        how="Looks at every added path when it is added, when save has returned and after all "
        "later calls: id, kind, and the bytes of the file that the host has linked.",
    ),
    clause(
        "FIL-2", "rc", family="recovery",
        text="Recover reads an added file at the path it is given now, not at the old one.",
        reason="The image may have travelled to another host.",
        how="Gives recover copies of the files, deletes the added ones, and compares with a "
        "recover that still had them.",
    ),
    clause(
        "FIL-3", "d", family="snapshots",
        text="On-disk machines add no files to an image.",
        reason="Their images are streams of bytes only.",
        how="Not a machine's duty: the host offers no collection.",
    ),
)  # fmt: skip
