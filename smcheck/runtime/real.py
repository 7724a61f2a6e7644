"""The standard library's own primitives, kept from before anything was replaced.

Whoever runs on the thread of a task and must not be modelled takes its lock or its time from
here. Imported by everything that replaces something, so that it is imported before.
"""

from __future__ import annotations

import _queue
import _thread
import threading
import time
from concurrent.futures import ThreadPoolExecutor

allocate_lock = _thread.allocate_lock
allocate_rlock = _thread.RLock
start_new_thread = _thread.start_new_thread
LockType = _thread.LockType
RLockType = _thread.RLock
SimpleQueue = _queue.SimpleQueue
condition_wait = threading.Condition.wait
thread_start = threading.Thread.start
pool_shutdown = ThreadPoolExecutor.shutdown
monotonic = time.monotonic
time_ns = time.time_ns
sleep = time.sleep

SYNCHRONISED = frozenset(
    {
        "threading", "queue", "concurrent.futures._base", "concurrent.futures.thread",
        "importlib._bootstrap", "_frozen_importlib",
        "smcheck.runtime.conditions", "smcheck.runtime.locks", "smcheck.runtime.threads",
    }
)  # fmt: skip
"""Modules whose operations are atomic to a machine: inside them nothing needs a point."""

PATIENCE_S = 1.0
"""How long a thread that is no task waits for one that cannot come."""
