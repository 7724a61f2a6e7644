"""Of many images some of every sort are chosen, the same ones each time."""

from __future__ import annotations

import pytest

from smcheck.finding import Location
from smcheck.host import crash_images
from smcheck.host.crash_images import CrashImage, CrashImages, Sort
from smcheck.host.trees import Tree


def image(number: int, *, step: int = 0, inside: bool = True, size: int = 1) -> CrashImage:
    tree = Tree((("file", b"%d" % number * size),))
    return CrashImage(tree, step, inside, None, f"image {number}")


def sort(kind: str, line: int = 1) -> Sort:
    return Sort(kind, Location("m.py", line, "f"))


def numbers(images: CrashImages) -> list[int]:
    return [int(chosen.how.removeprefix("image ")) for chosen in images.chosen()]


def test_images_are_distinct_by_tree_step_and_flight() -> None:
    images = CrashImages(10)
    for one in (image(1), image(1), image(1, step=1), image(1, inside=False), image(2)):
        images.add(one, sort("call"))
    found = [(chosen.how, chosen.step, chosen.inside) for chosen in images.chosen()]
    assert found == [
        ("image 1", 0, True), ("image 1", 1, True), ("image 1", 0, False), ("image 2", 0, True),
    ]  # fmt: skip


def test_rare_kinds_and_places_are_not_crowded_out() -> None:
    images = CrashImages(4)
    for number in range(100):
        images.add(image(number), sort("call", line=1))
    images.add(image(100), sort("call", line=2))
    images.add(image(101), sort("cut"))
    chosen = numbers(images)
    assert chosen[2:] == [100, 101]
    assert len(chosen) == 4


def test_loss_of_power_at_rest_is_chosen_twice_as_often() -> None:
    images = CrashImages(6)
    for number in range(50):
        images.add(image(number), sort("rest, power"))
        images.add(image(50 + number), sort("call"))
    assert len([number for number in numbers(images) if number < 50]) == 4


def test_choice_depends_on_the_contents_alone() -> None:
    chosen = []
    for shift in (0, 0, 1000):
        images = CrashImages(5)
        for number in range(200):
            images.add(image(number + shift), sort("call"))
        chosen.append([number - shift for number in numbers(images)])
    assert chosen[0] == chosen[1]
    assert chosen[0] != chosen[2]


def test_large_images_are_chosen_while_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash_images, "LIMIT_CHOSEN_BYTES", 25)
    images = CrashImages(10)
    for number in range(1, 6):
        images.add(image(number, size=10), sort("call"))
    images.add(image(6, size=5), sort("cut"))
    assert len(images.chosen()) == 3
    assert numbers(images)[-1] == 6
