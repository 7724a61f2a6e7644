"""A method call becomes one line of JSON and comes back as it was."""

from __future__ import annotations

import pytest

from smcheck import UsageError
from smcheck.adapters._calls import Call, decode, describe, encode, invoke


def test_calls_keep_what_json_has_not() -> None:
    call = Call("put", ((1, b"\xff"), {2: None}), {"by": "\ud800"})
    again = decode(encode(call))
    assert again == call
    assert str(again) == "put((1, b'\\xff'), {2: None}, by='\\ud800')"


def test_describe_shows_foreign_bytes_as_they_are() -> None:
    assert describe(b'["add",["a"]]') == "add('a')"
    assert describe(b"\x00") == "b'\\x00'"


def test_invoke_converts_by_position() -> None:
    call = Call("extend", ((1, 2), "ab"))
    assert invoke(Both(), call, convert={"extend": [None, list]}) == ((1, 2), ["a", "b"])


def test_invoke_leaves_what_was_not_given_to_the_method() -> None:
    assert invoke(Both(), Call("extend", (1,)), convert={"extend": [None, list]}) == (1, None)


class Both:
    def extend(self, first: object, second: object = None) -> tuple[object, object]:
        return first, second


def test_encode_refuses_what_is_no_plain_data() -> None:
    with pytest.raises(UsageError) as caught:
        encode(Call("reset", ({"a"},)))
    assert str(caught.value).startswith("reset: expected plain data")
    assert str(caught.value).endswith("let convert= make the argument that the method wants")


@pytest.mark.parametrize("cmd", [b"", b"{}", b'["add","a"]', b"[1]", b"\xff", b'["a",[],{},1]'])
def test_decode_refuses_foreign_bytes(cmd: bytes) -> None:
    with pytest.raises(UsageError, match="expected a command that this adapter encoded"):
        decode(cmd)
