"""Clauses about lookups: LKP-1 to LKP-7."""

from __future__ import annotations

from smcheck.contract._clause import clause

CLAUSES = (
    clause(
        "LKP-1", "rcd", family="lookups",
        text="A lookup changes nothing that can be seen, neither now nor later.",
        reason="Each replica is asked other questions, so a lookup that writes makes them differ.",
        how="Compares a replica that answered lookups with a twin that was never asked, and "
        "again after more entries.",
    ),
    clause(
        "LKP-2", "rcd", family="lookups",
        text="The machine keeps no reference to the query.",
        reason="The query belongs to the caller, who may change or reuse it.",
        how="Walks from the machine to the lists and dicts of each query that is still held after "
        "the lookup; overwrites them and compares with a twin whose queries nobody touches.",
    ),
    clause(
        "LKP-3", "rcd", family="lookups",
        text="An answer is a value of its own, not a view on the state.",
        reason="The caller may keep it or change it while updates go on.",
        how="Looks at kept answers again after later updates: none may have changed.",
    ),
    clause(
        "LKP-4", "rcd", family="lookups",
        text="A lookup may raise; that is an answer like any other and harms nothing.",
        reason="The error goes back to the caller, and the replica goes on.",
        how="Compares exceptions like answers; reports a lookup that ends the process.",
    ),
    clause(
        "LKP-5", "cd", family="recovery",
        text="A lookup beside recover answers from the old state, from the new one, or raises.",
        reason="The library does not hold lookups back while an image is read in.",
        how="Runs lookups beside recover, preempts recover, and compares every answer with "
        "those before and after it.",
    ),
    clause(
        "LKP-6", "rcd", family="close",
        text="A lookup beside or after close answers or raises; it never crashes or hangs.",
        reason="Callers may still hold a handle of the replica when it is closed.",
        how="Runs lookups beside and after close; any Exception is fine, everything else counts.",
    ),
    clause(
        "LKP-7", "rcd", family="lookups",
        text="The lookup on bytes agrees with lookup, where a machine has both.",
        reason="Which of the two is called is the caller's choice.",
        how="Not a machine's duty: a machine in Python has one lookup.",
    ),
)  # fmt: skip
