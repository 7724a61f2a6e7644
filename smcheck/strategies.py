"""The door to the strategies: commands and queries for machines of common shapes.

They live in a package of their own, so that what draws never mixes with what runs.
"""

from __future__ import annotations

from smcheck_strategies import bank, counter, kv, leaderboard, leases, queue, tags

__all__ = ["bank", "counter", "kv", "leaderboard", "leases", "queue", "tags"]
