"""The store of campaigns: one SQLite file of findings, runs, corpus and progress, and merging.

Begin at ``store.py`` (what the campaign calls). ``schema.py`` has the tables, ``placing.py``
decides which finding something belongs to, ``standing.py`` how that stands; ``merge.py`` joins
stores, ``witnesses.py`` writes their files.
"""

from __future__ import annotations

from smcheck.campaign.store.merge import MergeCount, merge
from smcheck.campaign.store.reading import Met
from smcheck.campaign.store.store import Store
from smcheck.campaign.store.witnesses import write_witnesses

__all__ = ["MergeCount", "Met", "Store", "merge", "write_witnesses"]
