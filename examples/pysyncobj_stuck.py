"""Show what an exception out of a replicated method does to a PySyncObj replica.

Real ``SyncObj`` nodes, one each, no network, driven tick by tick. The lesson: the entry that raised
is not marked as applied, so every tick runs it again. As long as it raises nothing behind it is
applied; what it did before it raised is done again each time; and whoever asked for it is never
answered.
"""

import time
from collections.abc import Callable
from typing import Any

from pysyncobj import SyncObj, SyncObjConf, SyncObjConsumer
from pysyncobj.batteries import ReplCounter, ReplList, ReplPriorityQueue
from pysyncobj.transport import Transport

LIMIT_S = 10.0
FAST = {"appendEntriesPeriod": 0.001, "raftMinTimeout": 0.004, "raftMaxTimeout": 0.005}


def lead(consumers: list[SyncObjConsumer]) -> SyncObj:
    """Return a node that has elected itself."""
    # The base class of the transports carries no message: one node needs none.
    silence = Transport(None, None, [])
    conf = SyncObjConf(autoTick=False, **FAST)
    node = SyncObj("localhost:1", [], conf, consumers=consumers, transport=silence)
    end = time.monotonic() + LIMIT_S
    while not node._isLeader() and time.monotonic() < end:
        node.doTick(0.001)
    node.doTick()
    return node


def tick(node: SyncObj) -> str:
    """Tick once and return what came out of it."""
    try:
        node.doTick()
    except TypeError as error:
        return f"TypeError: {error}"
    return "nothing raised"


def never_goes_on() -> None:
    """Pop from a list without a position, which the method's signature allows."""
    print("ReplList.pop() and then ReplCounter.inc():")
    fruit: Any = ReplList()
    counter: Any = ReplCounter()
    node = lead([fruit, counter])
    answered: list[str] = []
    fruit.append("apple", callback=tell(answered, "append"))
    fruit.pop(callback=tell(answered, "pop"))
    counter.inc(callback=tell(answered, "inc"))
    node.doTick()  # the commands enter the log
    for number in range(1, 6):
        print(f"  tick {number}: {tick(node)}")
    behind = node.raftCommitIndex - node.raftLastApplied
    print(f"  counter {counter.get()}, {behind} entries behind, answered: {answered}")
    node.destroy()


def does_it_again() -> None:
    """Put an item that cannot be compared: it is in the heap before the comparison raises."""
    print("ReplPriorityQueue.put('one') beside 1:")
    queue: Any = ReplPriorityQueue()
    node = lead([queue])
    answered: list[str] = []
    queue.put(1, callback=tell(answered, "put(1)"))
    queue.put("one", callback=tell(answered, "put('one')"))
    node.doTick()
    for number in range(1, 4):
        print(f"  tick {number}: {tick(node)}; the queue holds {len(queue)}")
    print(f"  answered: {answered}")
    node.destroy()


def tell(answered: list[str], name: str) -> Callable[[object, object], None]:
    """Return a callback that notes that PySyncObj has answered."""
    return lambda result, error: answered.append(name)


if __name__ == "__main__":
    never_goes_on()
    does_it_again()
