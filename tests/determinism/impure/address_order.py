"""Tasks of equal weight are run in the order in which they lie in memory."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


@dataclass(eq=False)
class Task:
    """Work to be done."""

    name: str
    weight: int
    turn: int = 0

    def enqueue(self) -> None:
        self.turn = id(self) % 1009


class Tasks:
    """Run the heaviest task first."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["score", name, weight] if weight.isdecimal():
                task = Task(name, int(weight))
                task.enqueue()
                self.tasks.append(task)
                return Result(len(self.tasks))
            case ["leave", _] if self.tasks:
                task = min(self.tasks, key=self._rank)
                self.tasks.remove(task)
                return Result(task.weight, task.name.encode())
        return Result(0)

    @staticmethod
    def _rank(task: Task) -> tuple[int, int]:
        return (-task.weight, task.turn)

    def lookup(self, query: object) -> object:
        return sum(task.weight for task in self.tasks)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([asdict(task) for task in self.tasks]).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.tasks = [Task(**task) for task in saved]

    def close(self) -> None:
        pass


subject = Subject(
    machine=Tasks,
    commands=leaderboard.commands(),
    queries=leaderboard.queries(verbs=("top",)),
)

EXPECT = {
    "circumstance": "object ids",
    "line_of": "self.turn = id(self) % 1009",
    "or_line_of": ("return (-task.weight, task.turn)", "task = min(self.tasks, key=self._rank)"),
}
