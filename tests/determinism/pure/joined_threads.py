"""Every word of a text is weighed by a thread of its own, and the weights are added up."""

from __future__ import annotations

import json
from threading import Thread

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Weights:
    """Weigh texts."""

    def __init__(self) -> None:
        self.weights: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["weigh", name, *texts] if 0 < len(texts) < 5:
                slots = [0] * len(texts)
                helpers = [
                    Thread(target=self._weigh, args=(slots, place, text))
                    for place, text in enumerate(texts)
                ]
                for helper in helpers:
                    helper.start()
                for helper in helpers:
                    helper.join()
                self.weights[name] = sum(slots)
                return Result(self.weights[name], bytes(slot % 256 for slot in slots))
        return Result(0)

    @staticmethod
    def _weigh(slots: list[int], place: int, text: str) -> None:
        slots[place] = sum(map(ord, text))

    def lookup(self, query: object) -> object:
        return self.weights.get(str(query))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.weights).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.weights = json.loads(image)

    def close(self) -> None:
        pass


NAMES = st.sampled_from(("ode", "song"))
TEXTS = st.lists(st.sampled_from(("oak", "elm", "ash")), min_size=2, max_size=3)

subject = Subject(
    machine=Weights,
    commands=st.builds(lambda name, texts: " ".join(["weigh", name, *texts]), NAMES, TEXTS).map(
        str.encode
    ),
    queries=NAMES,
)

PURE = "every thread writes a slot of its own, and all are joined before the slots are read"
