"""Whose error came out of a call, and whether it wanted more of its stream than there is."""

from __future__ import annotations

from smcheck.checkers.streams import chain, check_reader_use, check_writer_use, refused
from smcheck.host.streams import ImageReader, ImageWriter


def error_of(stream: object, name: str) -> Exception:
    """Return what asking a stream for an attribute raises, wrapped as machines do."""
    try:
        try:
            getattr(stream, name)
        except AttributeError as error:
            raise RuntimeError("cannot save") from error
    except RuntimeError as error:
        return error
    raise AssertionError(name)


def test_chain_has_causes_contexts_and_groups() -> None:
    inner, cause, context = ValueError("inner"), ValueError("cause"), ValueError("context")
    group = ExceptionGroup("several", [inner])
    group.__cause__, group.__context__ = cause, context
    assert set(chain(group)) == {group, inner, cause, context}


def test_chain_that_is_a_circle_ends() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__context__, other.__context__ = other, one
    assert set(chain(one)) == {one, other}


def test_attribute_of_something_else_is_not_the_streams() -> None:
    writer = ImageWriter()
    assert refused(error_of(writer, "flush"), writer) == "flush"
    assert refused(error_of(object(), "flush"), writer) == ""


def test_writer_asked_for_seek_breaks_sav_11() -> None:
    writer = ImageWriter()
    breach = check_writer_use(error_of(writer, "seek"), writer)
    assert breach is not None
    assert (breach.clause, breach.error) == ("SAV-11", "RuntimeError")
    assert check_writer_use(OSError("disk full"), writer) is None


def test_reader_asked_for_its_position_breaks_ses_4() -> None:
    reader = ImageReader(b"image")
    breach = check_reader_use(error_of(reader, "tell"), reader)
    assert breach is not None
    assert breach.clause == "SES-4"
    assert check_reader_use(error_of(reader, "readline"), reader) is None
