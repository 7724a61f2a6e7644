"""External files are judged by how they looked when added, at the return of save, and later."""

from __future__ import annotations

import pytest

from smcheck.checkers.files import Added, Look, check_added, check_kept
from smcheck.finding import Location

LINE = Location("machine.py", 7, "Machine.save_snapshot")
DONE = Look("file", "d1")


def added(file_id: int = 1, before: Look = DONE, after: Look = DONE) -> Added:
    return Added(file_id, "table", LINE, before, after)


def test_finished_files_with_ids_of_their_own_are_accepted() -> None:
    assert check_added([added(1), added(2)]) is None


def test_id_given_twice_is_refused() -> None:
    breach = check_added([added(1), added(1)])
    assert breach is not None
    assert breach.title == "two external files of an image have one id"


@pytest.mark.parametrize("what", ["nothing", "folder", "empty file", "special file"])
def test_path_that_is_no_full_file_at_the_return_of_save_is_refused(what: str) -> None:
    breach = check_added([added(after=Look(what))])
    assert breach is not None
    assert breach.clause == "FIL-1"
    assert what in breach.message
    assert breach.locations == (LINE,)


def test_file_that_is_written_after_it_was_added_is_refused() -> None:
    breach = check_added([added(before=Look("file", "d0"))])
    assert breach is not None
    assert breach.title == "an external file is added before it is finished"


def test_link_that_stays_as_it_was_is_accepted() -> None:
    assert check_kept(added(), DONE) is None


def test_link_whose_bytes_change_later_is_refused() -> None:
    breach = check_kept(added(), Look("file", "d2"))
    assert breach is not None
    assert breach.title == "an external file of an image changes after its save"
