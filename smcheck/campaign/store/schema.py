"""The tables of a store, and how a file shows that it is one.

What happened is kept in ``runs``, ``sightings`` and ``replays``; how a finding stands follows
from that, and ``findings`` has it ready to be looked at.
"""

from __future__ import annotations

APPLICATION_ID = 0x534D434B
"""``SMCK``: what ``file`` and SQLite know a store by."""
VERSION = 1

TABLES = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL            -- JSON of a Run
);
CREATE TABLE owners (               -- of runs that began here; not merged
    run TEXT PRIMARY KEY REFERENCES runs(id),
    pid INTEGER NOT NULL
);
CREATE TABLE findings (             -- one row per defect
    id INTEGER PRIMARY KEY,
    target TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',  -- the signature that was met first
    status TEXT NOT NULL DEFAULT 'new',
    count INTEGER NOT NULL DEFAULT 0,
    first_run TEXT NOT NULL DEFAULT '',
    first_at REAL NOT NULL DEFAULT 0,
    last_run TEXT NOT NULL DEFAULT '',
    last_at REAL NOT NULL DEFAULT 0,
    fixed_at REAL NOT NULL DEFAULT 0,
    replayed TEXT NOT NULL DEFAULT ''
);
CREATE TABLE aliases (              -- every signature of it
    target TEXT NOT NULL,
    signature TEXT NOT NULL,
    finding INTEGER NOT NULL REFERENCES findings(id),
    at REAL NOT NULL,               -- when it was first met under this signature
    kept_at REAL NOT NULL,          -- when record and witness were
    record TEXT NOT NULL,           -- JSON of subject, finding and stacks
    witness BLOB NOT NULL,
    PRIMARY KEY (target, signature)
);
CREATE INDEX aliases_finding ON aliases(finding);
CREATE TABLE traits (               -- what it looked like under a signature
    target TEXT NOT NULL,
    signature TEXT NOT NULL,
    record TEXT NOT NULL,           -- JSON of Traits
    PRIMARY KEY (target, signature, record),
    FOREIGN KEY (target, signature) REFERENCES aliases(target, signature)
) WITHOUT ROWID;
CREATE TABLE sightings (            -- one row per turn or replay that met it
    finding INTEGER NOT NULL REFERENCES findings(id),
    run TEXT NOT NULL REFERENCES runs(id),
    chain INTEGER NOT NULL,         -- the stint; -1 and -1 for a replay
    number INTEGER NOT NULL,
    fixed_before REAL NOT NULL,     -- when it was last said to be fixed, 0 if never
    at REAL NOT NULL,
    at_s REAL NOT NULL,             -- seconds since the run began
    signature TEXT NOT NULL,
    PRIMARY KEY (finding, run, chain, number, fixed_before)
) WITHOUT ROWID;
CREATE INDEX sightings_at ON sightings(finding, at, run);
CREATE INDEX sightings_run ON sightings(run);
CREATE TABLE replays (              -- of stored witnesses
    finding INTEGER NOT NULL REFERENCES findings(id),
    at REAL NOT NULL,
    run TEXT NOT NULL REFERENCES runs(id),
    signature TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (finding, at, run, signature, outcome)
) WITHOUT ROWID;
CREATE TABLE progress (
    run TEXT NOT NULL REFERENCES runs(id),
    number INTEGER NOT NULL,        -- counts from 0 in each run
    record TEXT NOT NULL,           -- JSON of a Progress
    PRIMARY KEY (run, number, record)
) WITHOUT ROWID;
CREATE TABLE lost (
    run TEXT NOT NULL REFERENCES runs(id),
    number INTEGER NOT NULL,
    record TEXT NOT NULL,           -- JSON of a Lost without its case
    witness BLOB NOT NULL,
    PRIMARY KEY (run, number, record, witness)
) WITHOUT ROWID;
CREATE TABLE corpus (
    target TEXT NOT NULL,
    digest TEXT NOT NULL,
    news INTEGER NOT NULL,
    run TEXT NOT NULL REFERENCES runs(id),
    witness BLOB NOT NULL,
    PRIMARY KEY (target, digest)
);
CREATE TABLE kinds (                -- of behaviour
    id INTEGER PRIMARY KEY,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    UNIQUE (target, kind)
);
CREATE TABLE features (             -- the behaviour that any run saw
    kind INTEGER NOT NULL REFERENCES kinds(id),
    digest INTEGER NOT NULL,        -- 64 bits, as a signed number
    PRIMARY KEY (kind, digest)
) WITHOUT ROWID;
"""

NAMES = frozenset(
    {
        "meta", "runs", "owners", "findings", "aliases", "traits", "sightings", "replays",
        "progress", "lost", "corpus", "kinds", "features",
    }
)  # fmt: skip
"""Of the tables; a file that lacks one is damaged."""
