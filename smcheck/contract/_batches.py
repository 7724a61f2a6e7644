"""Clauses about batches, the log, results and client sessions: BAT, LOG, RES, SES."""

from __future__ import annotations

from smcheck.contract._clause import clause

CLAUSES = (
    clause(
        "BAT-1", "cd", family="updates",
        text="Where the log is cut into batches changes neither state nor results.",
        reason="The cuts depend on the timing of each replica, so they differ between replicas.",
        how="Applies the same log in other cuts, all single and one big one among them, and "
        "compares everything that can be seen.",
    ),
    clause(
        "BAT-2", "cd", family="updates",
        text="Long batches and batches of one entry come mixed.",
        reason="Only plain entries of one raft task go into one batch; all others come alone.",
        how="Not a machine's duty: the host mixes the lengths.",
    ),
    clause(
        "BAT-3", "cd", family="updates",
        text="A batch may hold any number of entries; only its bytes are bounded.",
        reason="The library reads up to some 64 MiB of log at once.",
        how="Repeats a log to 600 entries, applies them as one batch and in small ones, and "
        "compares everything that can be seen.",
    ),
    clause(
        "BAT-4", "cd", family="updates",
        text="An empty batch does not come.",
        reason="The library calls update only when there is something to apply.",
        how="Not a machine's duty: the host never sends one.",
    ),
    clause(
        "BAT-5", "cd", family="updates",
        text="An entry sees what the entries before it in the same batch did.",
        reason="A machine that reads the state once per batch gives other results than one that "
        "got the entries singly.",
        how="As BAT-1; it is named when the entry's result is the one it would have had without "
        "the entries before it in its batch.",
    ),
    clause(
        "BAT-6", "cd", family="lookups",
        text="A lookup in the middle of a batch never sees one entry half done.",
        reason="Lookups run beside update and their answers go to clients.",
        how="Preempts update between visible accesses; every answer must be that of a prefix of "
        "the batch, or at least of some of its entries as a whole.",
    ),
    clause(
        "LOG-1", "rcd", family="updates",
        text="Indexes increase and leave gaps.",
        reason="Configuration changes, empty entries of new leaders and session traffic have "
        "indexes too and never reach the machine.",
        how="Not a machine's duty: every log that smcheck draws has gaps.",
    ),
    clause(
        "LOG-2", "rcd", family="updates",
        text="Every entry carries its index, for the regular kind too.",
        reason="A machine may store it to know how far it got.",
        how="Not a machine's duty: the host sets it.",
    ),
    clause(
        "LOG-3", "rc", family="determinism",
        text="After a restart a new instance gets the log after the last image once more and "
        "ends where it was.",
        reason="Machines in memory are rebuilt from image and log at every start.",
        how="No finding names it: what a restart loses is told as SAV-4, what it finds as NEW-1. "
        "Builds a new instance, recovers an image or none, applies the rest of the log and "
        "compares with the replica that never stopped.",
    ),
    clause(
        "RES-1", "rcd", family="updates",
        text="A result is an unsigned 64-bit number and optional bytes.",
        reason="It is stored and sent in exactly these fields.",
        how="Looks at type and range of every result.",
    ),
    clause(
        "RES-2", "rcd", family="updates",
        text="The bytes of a result do not change after the call.",
        reason="They are not copied: other threads read them later, and sessions store them.",
        how="Keeps what update returned and compares every result at the end with what it was; "
        "data is bytes, so that only the result of an entry can become another one.",
    ),
    clause(
        "SES-1", "rc", family="updates",
        text="With a client session each request arrives at most once.",
        reason="The library keeps the result of a request and answers its retries itself.",
        how="Not a machine's duty: the host sends no retries within a session.",
    ),
    clause(
        "SES-2", "rcd", family="updates",
        text="Without a session a client's retry is one more entry, handled like any other.",
        reason="The library cannot tell it from a new request.",
        how="Repeats commands in every log, at once and later; it is named when an entry changes "
        "nothing that the model changes, without repeated commands both agree, and no command "
        "that comes twice in a row is handled right.",
    ),
    clause(
        "SES-3", "d", family="updates",
        text="On-disk machines get no client sessions.",
        reason="The table of sessions is in memory and would not survive with the machine.",
        how="Not a machine's duty: the host offers none.",
    ),
    clause(
        "SES-4", "rc", family="recovery",
        text="The image of the machine may stand behind other bytes in the stream.",
        reason="The table of sessions is written into the same stream first.",
        how="Offers read and nothing else; what recover raises for want of seek or tell counts.",
    ),
)  # fmt: skip
