"""A log of made-up events, and anchors of it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from assay.service.audit.chain import Entry, Event, Tip
from assay.service.audit.heads import SigningKey
from assay.service.audit.merkle import grown
from assay.service.audit.verify import Anchors

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEY = SigningKey("assay.example", bytes(range(32)))


def event(number: int, **facts: str | float) -> Event:
    """Return the event of a minute."""
    time = NOON + timedelta(minutes=number)
    return Event(time, f"usr_{number % 3}", "item.judged", f"itm_{number}", {"n": number, **facts})


def chained(events: Iterable[Event]) -> list[Entry]:
    """Return events as a log."""
    entries: list[Entry] = []
    tip = Tip()
    for happened in events:
        entries.append(tip.follow(happened))
        tip = entries[-1].tip
    return entries


def lines(entries: Iterable[Entry]) -> list[bytes]:
    """Return a log as it is exported."""
    return [entry.line.encode() + b"\n" for entry in entries]


def anchors(entries: Sequence[Entry], *sizes: int, leaves: bool = True) -> Anchors:
    """Return the anchors of a log at some sizes, with or without its digests."""
    digests = [entry.digest for entry in entries]
    notes = [
        KEY.sign(size, grown(digests[:size]).root, NOON + timedelta(minutes=size)) for size in sizes
    ]
    return Anchors.of(notes, KEY.public, digests if leaves else ())
