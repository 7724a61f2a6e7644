"""The adapter makes a regular machine of a PySyncObj object and refuses what it cannot run."""

# PySyncObj has no types, so its classes and decorators are Any:
# mypy: disable-error-code="misc, untyped-decorator"

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find
from hypothesis import strategies as st
from pysyncobj import SyncObj, SyncObjConf, SyncObjConsumer, replicated, replicated_sync
from pysyncobj.batteries import ReplCounter, ReplDict, ReplList, ReplSet

from smcheck import Entry, Result, Subject
from smcheck.adapters import pysyncobj
from smcheck.adapters._calls import Call, encode
from smcheck.adapters.pysyncobj import arguments
from smcheck.contract.profiles import PROFILES, Kind

words = st.sampled_from(["a", "b"])


class Stopped:
    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float | None = None) -> bool:
        return False


class SlowWriter:
    """Take one byte of each write."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        self.data += data[:1]
        return 1


class SlowReader:
    """Give one byte for each read."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, n: int = -1) -> bytes:
        head, self._data = self._data[:1], self._data[1:]
        return head


class Store(SyncObj):
    """A key-value store as PySyncObj's own examples write one, with a consumer as a part."""

    def __init__(self) -> None:
        self.names = ReplSet()
        conf = SyncObjConf(dynamicMembershipChange=True, journalFile="never-made.journal")
        super().__init__("localhost:4321", ["localhost:4322"], conf, consumers=[self.names])
        self.__data: dict[str, object] = {}

    @replicated
    def put(self, key: str, value: object) -> object:
        before = self.__data.get(key)
        self.__data[key] = value
        return before

    @replicated_sync
    def drop(self, key: str, *, default: object = None) -> object:
        return self.__data.pop(key, default)

    def get(self, key: str) -> object:
        return self.__data.get(key)


class OldStyleStore(SyncObj):
    """Calls the base class by name, as code from Python 2 does."""

    def __init__(self) -> None:
        SyncObj.__init__(self, "localhost:4321", [])
        self.total = 0

    @replicated
    def add(self, amount: int) -> int:
        self.total += amount
        return self.total


class Lazy(SyncObjConsumer):
    """Sets an attribute only when it is first needed."""

    @replicated
    def mark(self) -> None:
        self.marked = True

    def is_marked(self) -> bool:
        return hasattr(self, "marked")


def set_subject(**options: Any) -> Subject:
    return pysyncobj.subject(
        ReplSet,
        commands={"add": st.tuples(words), "reset": st.tuples(st.lists(words)), "pop": arguments()},
        convert={"reset": [set]},
        reads={"rawData": st.just(()), "__contains__": st.tuples(words)},
        **options,
    )


def store_subject(factory: Callable[..., Any] = Store) -> Subject:
    return pysyncobj.subject(
        factory,
        commands={
            "put": arguments(words, st.integers()),
            "drop": arguments(words, default=st.integers()),
            "names.add": arguments(words),
        },
        reads={"get": arguments(words), "names.rawData": arguments()},
    )


def apply(machine: Any, method: str, *args: object, **kwargs: object) -> Result:
    result = machine.update(Entry(1, encode(Call(method, args, kwargs))))
    assert isinstance(result, Result)
    return result


def image_of(machine: Any) -> bytes:
    writer = SlowWriter()
    machine.save_snapshot(writer, [], Stopped())
    return writer.data


def recover(machine: Any, image: bytes) -> Any:
    machine.recover_from_snapshot(SlowReader(image), [], Stopped())
    return machine


def test_subject_plays_the_regular_machine_of_the_pysyncobj_profile() -> None:
    subject = set_subject()
    machine = subject.machine()
    methods = PROFILES["pysyncobj"][Kind.REGULAR].methods
    assert (subject.kind, subject.profile, subject.name) == ("regular", "pysyncobj", "ReplSet")
    assert all(callable(getattr(machine, method)) for method in methods)


def test_subject_preempts_pysyncobj_and_the_module_of_the_class() -> None:
    assert set_subject().trace == ("pysyncobj",)
    assert store_subject().trace == ("pysyncobj", Store.__module__.partition(".")[0])
    assert set_subject(trace=("more",)).trace == ("pysyncobj", "more")


def test_commands_and_queries_are_drawn_as_calls() -> None:
    subject = set_subject()
    assert find(subject.commands, lambda drawn: encode(drawn) == b'["add",["a"]]')
    assert find(subject.commands, lambda drawn: encode(drawn) == b'["pop"]')
    assert find(subject.queries, lambda drawn: drawn == ("rawData",))
    assert find(subject.queries, lambda drawn: drawn == ("__contains__", "b"))


def test_update_runs_the_replicated_method_in_place() -> None:
    machine = set_subject().machine()
    assert apply(machine, "add", "a") == Result(0, b"None")
    assert machine.lookup(("rawData",)) == {"a"}


def test_update_hands_the_converted_argument_over() -> None:
    machine = set_subject().machine()
    apply(machine, "reset", ["a", "b"])
    assert machine.lookup(("rawData",)) == {"a", "b"}


def test_update_answers_the_canonical_text_of_what_came() -> None:
    machine = set_subject().machine()
    apply(machine, "add", "a")
    assert apply(machine, "pop") == Result(0, b"'a'")


def test_update_lets_an_exception_out() -> None:
    with pytest.raises(KeyError):
        apply(set_subject().machine(), "pop")


def test_update_takes_an_empty_command_for_nothing() -> None:
    assert set_subject().machine().update(Entry(1, b"")) == Result()


def test_lookup_returns_the_very_object() -> None:
    machine = set_subject().machine()
    assert machine.lookup(("rawData",)) is machine.lookup(("rawData",))


def test_image_is_what_pysyncobj_serialises() -> None:
    machine = set_subject().machine()
    apply(machine, "add", "a")
    assert pysyncobj.state_of(machine) == {"_ReplSet__data": {"a"}}


def test_recover_replaces_what_the_image_has() -> None:
    subject = set_subject()
    donor, used = subject.machine(), subject.machine()
    apply(donor, "add", "a")
    apply(used, "add", "b")
    assert recover(used, image_of(donor)).lookup(("rawData",)) == {"a"}


def test_recover_leaves_what_the_image_lacks() -> None:
    subject = pysyncobj.subject(
        Lazy, commands={"mark": arguments()}, reads={"is_marked": arguments()}
    )
    empty, used = image_of(subject.machine()), subject.machine()
    apply(used, "mark")
    assert recover(used, empty).lookup(("is_marked",)) is True


def test_recover_raises_on_every_cut_of_an_image() -> None:
    subject = set_subject()
    machine = subject.machine()
    apply(machine, "add", "a")
    image = image_of(machine)
    for length in range(1, len(image)):
        with pytest.raises(Exception):  # noqa: B017, PT011  # pickle raises many kinds
            recover(subject.machine(), image[:length])


def test_sync_obj_runs_without_thread_socket_and_file(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    threads, handles = threading.active_count(), len(os.listdir("/proc/self/fd"))
    machine = store_subject().machine()
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == (threads, handles)
    assert list(tmp_path.iterdir()) == []
    machine.close()


@pytest.mark.parametrize("factory", [Store, lambda: Store()], ids=["class", "function"])
def test_sync_obj_runs_its_methods_and_those_of_its_parts(factory: Callable[[], Any]) -> None:
    machine = store_subject(factory).machine()
    assert apply(machine, "put", "a", 1) == Result(0, b"None")
    assert apply(machine, "put", "a", 2) == Result(0, b"1")
    assert apply(machine, "drop", "b", default=7) == Result(0, b"7")
    apply(machine, "names.add", "a")
    assert machine.lookup(("get", "a")) == 2
    assert machine.lookup(("names.rawData",)) == {"a"}


def test_sync_obj_image_holds_its_own_attributes_and_its_parts() -> None:
    subject = store_subject()
    donor, fresh = subject.machine(), subject.machine()
    apply(donor, "put", "a", 1)
    apply(donor, "names.add", "b")
    recover(fresh, image_of(donor))
    assert fresh.lookup(("get", "a")) == 1
    assert fresh.lookup(("names.rawData",)) == {"b"}


def test_sync_obj_that_calls_its_base_by_name_is_offline_too() -> None:
    subject = pysyncobj.subject(OldStyleStore, commands={"add": arguments(words)}, reads={})
    before = SyncObj.__init__
    machine = subject.machine()
    assert apply(machine, "add", 3) == Result(0, b"3")
    assert machine.target.conf.autoTick is False
    assert SyncObj.__init__ is before


def test_lookups_answer_after_close() -> None:
    machine = store_subject().machine()
    apply(machine, "put", "a", 1)
    machine.close()
    assert machine.lookup(("get", "a")) == 1


def test_factory_gets_the_identity_that_it_names() -> None:
    def make(replica_id: int) -> ReplCounter:
        made.append(replica_id)
        return ReplCounter()

    made: list[int] = []
    subject = pysyncobj.subject(
        make, commands={"inc": arguments()}, reads={"get": arguments()}, name="counter"
    )
    assert subject.factory_arguments() == {"replica_id"}
    subject.machine(replica_id=3)
    assert made == [3]


def test_model_is_asked_by_method() -> None:
    class Plain:
        def __init__(self) -> None:
            self.items: set[str] = set()

        def add(self, item: str) -> None:
            self.items.add(item)

        def reset(self, items: set[str]) -> None:
            self.items = items

        def pop(self) -> str:
            return self.items.pop()

        def rawData(self) -> set[str]:
            return self.items

        def __contains__(self, item: object) -> bool:
            return item in self.items

    make = set_subject(model=Plain).model
    assert make is not None
    model = make()
    assert model.apply(encode(Call("reset", (["a"],)))) == Result(0, b"None")
    assert model.query(("__contains__", "a")) is True
    assert model.apply(encode(Call("pop"))) == Result(0, b"'a'")
    assert model.apply(b"") == Result()


def test_subject_without_reads_has_no_lookups() -> None:
    subject = pysyncobj.subject(ReplCounter, commands={"inc": arguments()}, reads={})
    assert subject.without == {"lookups"}


def test_versioned_copies_are_the_same_method() -> None:
    subject = pysyncobj.subject(
        ReplList,
        commands={"__setitem__": arguments(st.integers(0, 1), words), "append_v0": arguments()},
        reads={"rawData": arguments()},
    )
    machine = subject.machine()
    apply(machine, "append_v0", "a")
    apply(machine, "__setitem__", 0, "b")
    assert machine.lookup(("rawData",)) == ["b"]


def test_live_view_is_not_copied() -> None:
    subject = pysyncobj.subject(
        ReplDict, commands={"set": arguments(words, words)}, reads={"keys": arguments()}
    )
    machine = subject.machine()
    keys = machine.lookup(("keys",))
    apply(machine, "set", "a", "b")
    assert list(keys) == ["a"]
