"""Clauses about new instances, threads and single updates: NEW, THR, UPD."""

from __future__ import annotations

from smcheck.contract._clause import clause

CLAUSES = (
    clause(
        "NEW-1", "rc", family="determinism",
        text="A new instance is empty: whatever it knows comes from the log and from images.",
        reason="The library starts a replica by building an instance and giving it the log from "
        "the beginning; anything left over from an earlier instance would be counted twice.",
        how="Lives the same log twice in one process, and looks at the second instance before its "
        "first entry. Compares an instance that is the first of a fresh process with one before "
        "which another instance applied the same commands in reversed order.",
    ),
    clause(
        "NEW-2", "rcd", family="determinism",
        text="Instances made by one factory in one process share nothing that can change.",
        reason="A host stops and starts replicas, and runs many shards, in a single process.",
        how="Applies two different logs to two instances in turns and compares each with a run "
        "in which it was alone.",
    ),
    clause(
        "THR-1", "rcd", family="progress",
        text="No method depends on the thread that calls it.",
        reason="Updates, snapshots, lookups and close come from different threads, and from "
        "pools whose threads change from call to call.",
        how="Builds the machine on one thread and calls update, snapshots and lookups from threads "
        "of their own in every execution; prepare and save share one. A machine that works when "
        "one thread makes all calls, and raises or comes to something else otherwise, breaks the "
        "clause.",
    ),
    clause(
        "UPD-1", "rcd", family="determinism",
        text="The state after an update follows from the state before it and the entries alone.",
        reason="Each replica applies the log by itself; one that reaches another state has "
        "silently left the group.",
        how="Applies the same log to twins with another clock, other random seeds, another "
        "process and hash seed, and compares answers, hash, `observe` and what is recovered.",
    ),
    clause(
        "UPD-2", "rcd", family="determinism",
        text="The result of an entry follows from the state and the entry alone.",
        reason="The client gets the result of whichever replica it asked, and results that are "
        "kept for retries go into snapshots.",
        how="Compares the results of every entry between the same twins as UPD-1, and with the "
        "model where there is one.",
    ),
    clause(
        "UPD-3", "rcd", family="determinism",
        text="Replica id, shard id and the role of the replica do not enter state or results.",
        reason="The factory is told its ids, and they are different on every replica.",
        how="Gives twins other ids and compares them.",
    ),
    clause(
        "UPD-4", "rcd", family="entries_are_not_retained",
        text="The list, the Entry objects and the buffers are the caller's again after the call.",
        reason="The library hands out the same list and the same entries for the next batch, "
        "with other contents.",
        how="Overwrites list, entries and buffers after the call and compares with a twin that "
        "got private copies; walks from the machine to what it still holds.",
    ),
    clause(
        "UPD-5", "rcd", family="updates",
        text="The machine writes neither the index nor the command of an entry.",
        reason="The command may be the very memory that the raft log is sent and stored from.",
        how="Compares index and command of every entry after the call with those before it.",
    ),
    clause(
        "UPD-6", "cd", family="updates",
        text="update returns as many entries as it got, in their order, with their indexes.",
        reason="The library pairs results with waiting clients by position, and stops the "
        "process when the lengths differ.",
        how="Looks at length, indexes and order of what was returned, and refuses what is no "
        "sequence.",
    ),
    clause(
        "UPD-7", "cd", family="updates",
        text="Every entry of the batch has its result set, not only the first.",
        reason="Each entry has a client of its own that waits for its own answer.",
        how="Hands entries out without a result and looks for one that is still without.",
    ),
    clause(
        "UPD-8", "rcd", family="updates",
        text="update raises only when the replica cannot go on; to refuse a command is a result.",
        reason="The library ends the process when update fails, on every replica at once if the "
        "command is to blame.",
        how="Every exception out of update on a drawn log counts, with the entry and the line.",
    ),
    clause(
        "UPD-9", "rcd", family="updates",
        text="The empty command is a legal one.",
        reason="Nothing stops a client from proposing no bytes, and then they are committed.",
        how="Applies one beside the search, where an exception is a hazard; for a subject with "
        "`any_bytes=True` it is among the drawn commands, and an exception is a violation.",
    ),
    clause(
        "UPD-10", "rcd", family="updates",
        text="Every sequence of bytes that was committed has the same result on every replica.",
        reason="What is in the log cannot be taken back, so a command that crashes the machine "
        "crashes it again after every restart.",
        how="Adds noise, commands that are cut, lengthened, flipped in one bit or no UTF-8, and "
        "huge ones to the logs of a subject with `any_bytes=True`; every exception on one counts.",
    ),
    clause(
        "UPD-11", "rcd", family="updates",
        text="Nobody looks at the state after a failed update, and nobody says it is tried again.",
        reason="This library ends the process there; other libraries apply the entry again.",
        how="Under a profile of a library that applies the entry again, asks before and after an "
        "update that raises; nothing may have changed.",
    ),
)  # fmt: skip
