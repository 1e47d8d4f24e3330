import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import MalformedError
from assay.formats import json_file
from assay.formats.json_file import index_arrays
from assay.formats.strict_json import JSON_RULES, parse_json

CODES = {rule.name for rule in JSON_RULES}

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)  # fmt: skip
records = st.lists(
    st.dictionaries(st.sampled_from(["id", "n", 'x"', "\\", "é"]), values, max_size=4), max_size=5
)


def elements(text: bytes) -> list[Any]:
    index = index_arrays(memoryview(text), {"a": "n"})["a"]
    return [
        json.loads(text[start:stop]) for start, stop in zip(index.starts, index.stops, strict=True)
    ]


def refusal(text: bytes) -> str:
    with pytest.raises(MalformedError) as caught:
        index_arrays(memoryview(text), {"a": "n"})
    return caught.value.rule


@settings(max_examples=150, deadline=None)
@given(records, values, st.sampled_from([None, 1]), st.booleans())
def test_every_element_is_found_whatever_surrounds_it(
    wanted: list[Any],
    other: Any,
    indent: int | None,
    ascii_only: bool,
) -> None:
    document = {"info": other, "a": wanted, "z": other}
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    assert elements(text) == wanted
    numbers = index_arrays(memoryview(text), {"a": "n"})["a"].numbers.tolist()
    for record, number in zip(wanted, numbers, strict=True):
        value = record.get("n")
        if type(value) is int and 0 <= value < 10**18:
            assert number == value
        else:
            assert number == -1


def test_more_elements_than_are_found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "_ROOM", 3)
    for count in range(8):
        wanted = [{"n": n} for n in range(count)]
        text = json.dumps({"a": wanted}).encode()
        assert elements(text) == wanted


def test_absurdly_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "_ROOM", 3)
    monkeypatch.setattr(json_file, "MAX_OBJECTS", 5)
    assert refusal(b'{"a": [' + b"{}," * 20 + b"{}]}") == "json-size"


def test_whitespace_costs_no_time() -> None:
    space = b" " * 30_000_000
    assert elements(b"{" + space + b'"a"' + space + b":[{}" + space + b"]" + space + b"}") == [{}]


def test_only_the_objects_own_member_is_its_number() -> None:
    text = b'{"a": [{"x": {"n": 1}, "y": "n", "n" : 7}, {"x": {"n": 1}}, {"n": 7.0}, {"n": -7}]}'
    assert index_arrays(memoryview(text), {"a": "n"})["a"].numbers.tolist() == [7, -1, -1, -1]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (b"", "json-syntax"),
        (b"[]", "json-syntax"),
        (b"null", "json-syntax"),
        (b"{", "json-syntax"),
        (b"{}}", "json-syntax"),
        (b'{"a"', "json-syntax"),
        (b'{"a": ', "json-syntax"),
        (b'{"a": [', "json-syntax"),
        (b'{"a": [{', "json-syntax"),
        (b'{"a": [{"x": "', "json-syntax"),
        (b'{"a": [{"x": "\\', "json-syntax"),
        (b'{"a": [{}', "json-syntax"),
        (b'{"a": [{},', "json-syntax"),
        (b'{"a": [{},]}', "json-syntax"),
        (b'{"a": [,{}]}', "json-syntax"),
        (b'{"a": [{} {}]}', "json-syntax"),
        (b'{"a": [1]}', "json-syntax"),
        (b'{"a": {}}', "json-syntax"),
        (b'{"a": []', "json-syntax"),
        (b'{"a": [],}', "json-syntax"),
        (b'{"a": []} x', "json-syntax"),
        (b'{"b": tru, "a": []}', "json-syntax"),
        (b'{"b": [1}, "a": []}', "json-syntax"),
        (b"{'a': []}", "json-syntax"),
        (b'{"b": NaN, "a": []}', "json-number"),
        (b'{"a": [], "a": []}', "json-duplicate-key"),
        (b'{"b": {"c": 1, "c": 2}}', "json-duplicate-key"),
        (b'{"a": [], "\\u0061": []}', "json-duplicate-key"),
        (b'{"b": ' + b"[" * 100_000, "json-depth"),
        (b'{"a": [{"x": ' + b"[" * 100_000, "json-depth"),
        (b'{"' + b"k" * 5000 + b'": 1}', "json-syntax"),
        (b'{"\xff": 1}', "json-syntax"),
    ],
)  # fmt: skip
def test_broken_files_are_refused(text: bytes, rule: str) -> None:
    assert refusal(text) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (b"[NaN]", "json-number"),
        (b"[-Infinity]", "json-number"),
        (b"[" + b"9" * 5000 + b"]", "json-number"),
        (b'{"a": 1, "a": 1}', "json-duplicate-key"),
        (b"[" * 100_000, "json-depth"),
        (b"[1,]", "json-syntax"),
        (b'"\xff"', "json-syntax"),
    ],
)
def test_what_standard_json_does_not_have_is_refused(text: bytes, rule: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_json(text, "The text")
    assert caught.value.rule == rule


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_edit_crashes_the_index(data: st.DataObject) -> None:
    text = bytearray(b'{"info": {"x": [1, 2]}, "a": [{"n": 1, "s": "\\""}, {"n": 22, "t": [[]]}]}')
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
        if not text:
            return
    try:
        index = index_arrays(memoryview(bytes(text)), {"a": "n"}).get("a")
    except MalformedError as error:
        assert error.rule in CODES
        return
    if index is not None:
        assert (index.stops <= len(text)).all()
        assert (index.starts < index.stops).all()
