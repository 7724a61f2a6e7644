"""Hold the replicated containers that PySyncObj ships to the contract.

The lesson: a subject for released code is a table. Each replicated method is a command, each other
public method a read, and the strategies say what the arguments are: a few strings and small
numbers, few of them so that operations meet. Everything else is PySyncObj's own. Run one with
``smcheck check examples/pysyncobj_batteries.py:repl_set``; ``docs/pysyncobj.md`` explains what
comes out.
"""

from hypothesis import strategies as st
from pysyncobj.batteries import (
    ReplCounter,
    ReplDict,
    ReplList,
    ReplPriorityQueue,
    ReplQueue,
    ReplSet,
    _ReplLockManagerImpl,
)

from smcheck.adapters import pysyncobj
from smcheck.adapters.pysyncobj import arguments

words = st.sampled_from(["apple", "pear", "plum", "quince"])
numbers = st.integers(0, 3)
elements = words | numbers
positions = st.integers(0, 3)

repl_counter = pysyncobj.subject(
    ReplCounter,
    commands={
        "set": arguments(numbers),
        "add": arguments(numbers),
        "sub": arguments(numbers),
        "inc": arguments(),
    },
    reads={"get": arguments()},
)

repl_list = pysyncobj.subject(
    ReplList,
    commands={
        "reset": arguments(st.lists(elements, max_size=4)),
        "set": arguments(positions, elements),
        "__setitem__": arguments(positions, elements),
        "append": arguments(elements),
        "extend": arguments(st.lists(elements, max_size=4)),
        "insert": arguments(positions, elements),
        "remove": arguments(elements),
        "pop": arguments() | arguments(positions),
        "sort": arguments() | arguments(reverse=st.booleans()),
    },
    reads={
        "index": arguments(elements),
        "count": arguments(elements),
        "get": arguments(positions),
        "__getitem__": arguments(positions),
        "__len__": arguments(),
        "rawData": arguments(),
    },
)

repl_dict = pysyncobj.subject(
    ReplDict,
    commands={
        "reset": arguments(st.dictionaries(words, elements, max_size=4)),
        "set": arguments(words, elements),
        "__setitem__": arguments(words, elements),
        "setdefault": arguments(words, elements),
        "update": arguments(st.dictionaries(words, elements, max_size=4)),
        "pop": arguments(words) | arguments(words, elements),
        "clear": arguments(),
    },
    reads={
        "__getitem__": arguments(words),
        "get": arguments(words) | arguments(words, elements),
        "__len__": arguments(),
        "__contains__": arguments(words),
        "keys": arguments(),
        "values": arguments(),
        "items": arguments(),
        "rawData": arguments(),
    },
)

# A set is no plain data, so a list is drawn and handed over as the set that `reset` asks for.
repl_set = pysyncobj.subject(
    ReplSet,
    commands={
        "reset": arguments(st.lists(elements, max_size=4, unique=True)),
        "add": arguments(elements),
        "remove": arguments(elements),
        "discard": arguments(elements),
        "pop": arguments(),
        "clear": arguments(),
        "update": arguments(st.lists(elements, max_size=4, unique=True)),
    },
    convert={"reset": [set]},
    reads={"rawData": arguments(), "__len__": arguments(), "__contains__": arguments(elements)},
)

repl_queue = pysyncobj.subject(
    lambda: ReplQueue(maxsize=3),
    name="ReplQueue",
    commands={"put": arguments(elements), "get": arguments() | arguments(elements)},
    reads={
        "qsize": arguments(),
        "empty": arguments(),
        "full": arguments(),
        "__len__": arguments(),
    },
)

# The class asks for items that can be compared, for example tuples.
repl_priority_queue = pysyncobj.subject(
    lambda: ReplPriorityQueue(maxsize=3),
    name="ReplPriorityQueue",
    commands={
        "put": arguments(st.tuples(numbers, words)),
        "get": arguments() | arguments(elements),
    },
    reads={
        "qsize": arguments(),
        "empty": arguments(),
        "full": arguments(),
        "__len__": arguments(),
    },
)

# The proposer reads the clock and the command carries the time: a deterministic lease.
times = st.integers(0, 20)
clients = st.sampled_from(["ann", "bob"])
locks = st.sampled_from(["door", "gate"])

repl_lock_manager = pysyncobj.subject(
    lambda: _ReplLockManagerImpl(autoUnlockTime=5),
    name="ReplLockManager",
    commands={
        "acquire": arguments(locks, clients, times),
        "prolongate": arguments(clients, times),
        "release": arguments(locks, clients),
    },
    reads={"isAcquired": arguments(locks, clients, times)},
)
