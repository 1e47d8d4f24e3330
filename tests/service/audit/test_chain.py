"""An entry has one line, and a line one entry."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import AuditError
from assay.service.audit.chain import Entry, Event, Tip, canonical
from service.audit.logs import NOON, chained, event

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_an_entry_names_the_digest_of_the_one_before() -> None:
    first, second = chained([event(0), event(1)])
    assert first.previous == bytes(32)
    assert second.previous == first.digest
    assert (first.sequence, second.sequence) == (1, 2)


@given(st.dictionaries(st.text(), VALUES, max_size=3))
def test_a_line_reads_back_as_its_entry(facts: dict[str, Any]) -> None:
    entry = Tip().follow(Event(NOON, "usr_a", "a.b", "prj_c", facts))
    assert "\n" not in entry.line
    assert entry.line.isascii()
    assert Entry.parse(entry.line).line == entry.line


def test_a_time_is_told_in_utc_wherever_it_was_taken() -> None:
    there = datetime(2026, 1, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    assert Tip().follow(Event(there, "u", "a.b", "s")).line == (
        Tip().follow(Event(NOON, "u", "a.b", "s")).line
    )


def test_facts_cannot_be_changed_afterwards() -> None:
    facts = {"price": 3}
    happened = Event(NOON, "u", "a.b", "s", facts)
    facts["price"] = 4
    assert happened.facts == {"price": 3}
    with pytest.raises(TypeError):
        happened.facts["price"] = 4  # type: ignore[index]  # what must not work


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(AuditError, match="has no zone"):
        Event(datetime(2026, 1, 1), "u", "a.b", "s")  # noqa: DTZ001 - the fault


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", {1: 2}, {3}, object()])
def test_what_is_not_json_is_refused(value: Any) -> None:
    with pytest.raises(AuditError):
        canonical({"fact": value})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line.replace(":1,", ": 1,"),
        lambda line: line.replace("usr_0", "\\u0075sr_0"),
        lambda line: line.replace("12:00:00.000000Z", "12:00:00Z"),
        lambda line: line.replace('"n":0', '"n":0,"n":0'),
        lambda line: line.replace('"n":0', '"n":1e999'),
        lambda line: line.replace('"n":0', '"n":NaN'),
        lambda line: line.replace('"subject"', '"object"'),
        lambda line: line.replace("}", ',"more":1}'),
        lambda line: line + " ",
        lambda _line: "[" * 100_000,
        lambda _line: "null",
        lambda _line: "",
    ],
)
def test_a_line_in_another_form_is_no_entry(spoil: Any) -> None:
    (entry,) = chained([event(0)])
    with pytest.raises(AuditError):
        Entry.parse(spoil(entry.line))


def test_equal_events_at_equal_places_have_equal_digests() -> None:
    one = Tip().follow(Event(NOON, "u", "a.b", "s", {"a": 1, "b": 2}))
    two = Tip().follow(Event(NOON.astimezone(UTC), "u", "a.b", "s", {"b": 2, "a": 1}))
    assert one.digest == two.digest
