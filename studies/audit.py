"""Whether anybody can change the audit log unseen.

Logs of made-up events are anchored as the service anchors them, tampered with by every trick that
needs write access to the database and no signing key, and verified from their exported lines, the
anchors and the public key.
"""

import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median

from assay.service.audit.chain import Entry, Event, Tip
from assay.service.audit.heads import SigningKey
from assay.service.audit.merkle import grown, leaf_hash
from assay.service.audit.verify import Anchors, verify
from studies.study import Study, table

SEED = 20260101
KEY = SigningKey("assay.example", bytes(range(32)))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ACTIONS = ("project.created", "delivery.received", "item.judged", "invoice.issued", "user.invited")

Log = list[Entry]
#: Takes the honest log, a place in it and chance; returns the lines that the verifier is shown.
Trick = Callable[[Log, int, Random], Iterable[bytes]]

TEXT = """
{trials:,} logs of 20 to 400 entries, one to six signed heads each, the last one at the end (seed
{seed}). Each was tampered with once, at a random place, by somebody who can write anything into
the database and the export, but has neither the signing key nor access to the anchors. *Chained
anew* means that all digests after the change were computed afresh, so that the chain is whole.

{tampering}

**Honest logs** with as many random anchors: {honest:,} verified, **{alarms} false alarms**.

*Named* is the share of the detected cases in which the verifier says the number of the very first
entry that differs. For that it needs the digests that the service anchors beside the heads, 32
bytes an entry. With heads alone everything is still detected, and the range that the verifier says
held the first wrong entry in {held:,} of {detected:,} cases; it was {width:.0f} entries long at
the median, as far as heads are apart.

**What cannot be seen**: entries cut off the end before any head counts them. Of {late:,} such cuts
{late_seen} were detected, as must be. So heads are to be anchored often, and always before the
service stops; what is lost unseen can be no more than what happened since the last head.

**Speed.** {size:,} entries ({megabytes:.0f} MB) with 100 heads: verified in {seconds:.1f} s on one
core. The log is read once, as a stream: beside the anchors the verifier needed {memory:.2f} MB for
{small:,} entries.
"""


@dataclass(frozen=True)
class Tally:
    """What came of the trials of one trick."""

    trials: int = 0
    detected: int = 0
    named: int = 0


def run(*, quick: bool) -> Study:
    """Tamper, verify, count."""
    trials = 200 if quick else 2_000
    chance = _chance()
    tallies, widths, held = tamper(trials, chance)
    honest = [is_sound(chance) for _ in range(trials)]
    late = [_cut_late(chance) for _ in range(trials // 10)]
    size = 20_000 if quick else 1_000_000
    seconds, megabytes = _speed(size)
    text = TEXT.format(
        trials=trials,
        seed=SEED,
        tampering=_table(tallies),
        honest=len(honest),
        alarms=len(honest) - sum(honest),
        detected=len(widths),
        held=held,
        width=median(widths),
        late=len(late),
        late_seen=sum(late),
        size=size,
        megabytes=megabytes,
        seconds=seconds,
        memory=_memory(20_000),
        small=20_000,
    )
    return Study("Tampering with the audit log", text)


def _chance() -> Random:
    return Random(SEED)  # noqa: S311 - chance that anybody can repeat, no secret


def made_up(size: int, chance: Random, *, first: int = 0) -> Iterator[Event]:
    """Yield the events of a log."""
    for number in range(first, first + size):
        yield Event(
            time=NOON + timedelta(seconds=number * 30),
            actor=f"usr_{chance.randrange(6)}",
            action=chance.choice(ACTIONS),
            subject=f"itm_{chance.randrange(1000)}",
            facts={"units": chance.randrange(10_000), "currency": "EUR"},
        )


def chained(events: Iterable[Event]) -> Log:
    """Return events as a log."""
    log: Log = []
    tip = Tip()
    for event in events:
        log.append(tip.follow(event))
        tip = log[-1].tip
    return log


def anchored(log: Log, sizes: Sequence[int], *, leaves: bool) -> Anchors:
    """Return a log's anchors at some sizes."""
    digests = [entry.digest for entry in log]
    notes = [KEY.sign(size, grown(digests[:size]).root, NOON) for size in sizes]
    return Anchors.of(notes, KEY.public, digests if leaves else ())


def written(log: Iterable[Entry]) -> list[bytes]:
    """Return a log's lines."""
    return [entry.line.encode() for entry in log]


def _events(log: Log) -> list[Event]:
    return [entry.event for entry in log]


def _forged(event: Event, chance: Random) -> Event:
    """Return an event with one thing told otherwise."""
    return chance.choice(
        (
            replace(event, actor="usr_other"),
            replace(event, action="item.forged"),
            replace(event, subject="itm_other"),
            replace(event, time=event.time + timedelta(microseconds=1)),
            replace(event, facts={**event.facts, "units": 10_001}),
        )
    )


def _edit(log: Log, place: int, chance: Random) -> Iterable[bytes]:
    spoilt = list(log)
    spoilt[place] = replace(log[place], event=_forged(log[place].event, chance))
    return written(spoilt)


def _flip(log: Log, place: int, chance: Random) -> Iterable[bytes]:
    lines = written(log)
    bits = bytearray(lines[place])
    bits[chance.randrange(len(bits))] ^= 1 << chance.randrange(8)
    lines[place] = bytes(bits)
    return lines


def _delete(log: Log, place: int, chance: Random) -> Iterable[bytes]:
    return written(log[:place] + log[place + chance.randrange(1, 4) :])


def _insert(log: Log, place: int, chance: Random) -> Iterable[bytes]:
    made = replace(log[place], event=_forged(log[place].event, chance))
    return written([*log[:place], made, *log[place:]])


def _replay(log: Log, place: int, chance: Random) -> Iterable[bytes]:
    return written([*log[:place], log[chance.randrange(len(log))], *log[place:]])


def _swap(log: Log, place: int, chance: Random) -> Iterable[bytes]:
    other = (place + chance.randrange(1, len(log))) % len(log)
    spoilt = list(log)
    spoilt[place], spoilt[other] = log[other], log[place]
    return written(spoilt)


def _cut(log: Log, place: int, _chance: Random) -> Iterable[bytes]:
    return written(log[:place])


def _anew(log: Log, place: int, chance: Random) -> Iterable[bytes]:
    events = _events(log)
    events[place] = _forged(events[place], chance)
    return written(chained(events))


def _delete_anew(log: Log, place: int, _chance: Random) -> Iterable[bytes]:
    events = _events(log)
    return written(chained(events[:place] + events[place + 1 :]))


def _insert_anew(log: Log, place: int, chance: Random) -> Iterable[bytes]:
    events = _events(log)
    return written(chained([*events[:place], _forged(events[place], chance), *events[place:]]))


def _swap_anew(log: Log, place: int, chance: Random) -> Iterable[bytes]:
    events = _events(log)
    other = (place + chance.randrange(1, len(log))) % len(log)
    events[place], events[other] = events[other], events[place]
    return written(chained(events))


def _rolled_back(log: Log, place: int, chance: Random) -> Iterable[bytes]:
    """Put an old copy back and let the service go on with other work, past the last head."""
    fresh = made_up(len(log), chance, first=10_000)
    return written(chained([*_events(log)[:place], *fresh]))


def _other(log: Log, _place: int, chance: Random) -> Iterable[bytes]:
    return written(chained(made_up(len(log), chance, first=20_000)))


TRICKS: dict[str, Trick] = {
    "one entry edited": _edit,
    "one bit flipped": _flip,
    "entries deleted": _delete,
    "an entry inserted": _insert,
    "an entry repeated elsewhere": _replay,
    "two entries swapped": _swap,
    "the end cut off": _cut,
    "an old copy put back, work gone on": _rolled_back,
    "edited, chained anew": _anew,
    "deleted, chained anew": _delete_anew,
    "inserted, chained anew": _insert_anew,
    "swapped, chained anew": _swap_anew,
    "another log in its place": _other,
}


def tamper(trials: int, chance: Random) -> tuple[dict[str, Tally], list[int], int]:
    """Return tallies by trick; the widths of the ranges by heads alone, and how many were right."""
    counts: Counter[tuple[str, str]] = Counter()
    widths: list[int] = []
    held = 0
    names = list(TRICKS)
    for trial in range(trials):
        name = names[trial % len(names)]
        log, sizes = _drawn(chance)
        honest = written(log)
        lines = list(TRICKS[name](log, chance.randrange(len(log)), chance))
        truth = _first_difference(honest, lines)
        if truth is None:
            # A swap of equals or the like changes nothing: no trial.
            continue
        counts[name, "trials"] += 1
        exact = verify(lines, anchored(log, sizes, leaves=True)).fault
        rough = verify(lines, anchored(log, sizes, leaves=False)).fault
        if exact is not None and rough is not None:
            counts[name, "detected"] += 1
            counts[name, "named"] += exact.sequence == truth and exact.sound == truth - 1
            widths.append(rough.sequence - rough.sound)
            held += rough.sound < truth <= rough.sequence
    return (
        {
            name: Tally(counts[name, "trials"], counts[name, "detected"], counts[name, "named"])
            for name in names
        },
        widths,
        held,
    )


def _drawn(chance: Random) -> tuple[Log, list[int]]:
    """Return a log and the sizes at which it was anchored, its end among them."""
    log = chained(made_up(chance.randrange(20, 401), chance))
    sizes = {chance.randrange(1, len(log)) for _ in range(chance.randrange(6))}
    return log, sorted(sizes | {len(log)})


def _first_difference(honest: Sequence[bytes], shown: Sequence[bytes]) -> int | None:
    """Return the number of the first line that is not as it was."""
    for place, (line, other) in enumerate(zip(honest, shown, strict=False), start=1):
        if line != other:
            return place
    if len(shown) == len(honest):
        return None
    return min(len(shown), len(honest)) + 1


def is_sound(chance: Random) -> bool:
    """Return whether an honest log, which went on after its last head, is found sound."""
    log, sizes = _drawn(chance)
    kept = sizes[: chance.randrange(len(sizes) + 1)]
    leaves = chance.random() < 0.5
    return verify(written(log), anchored(log, kept, leaves=leaves)).sound


def _cut_late(chance: Random) -> bool:
    """Return whether a cut is seen that no head knows of."""
    log, sizes = _drawn(chance)
    last = sizes[-2] if len(sizes) > 1 else 0
    shown = log[: chance.randrange(last, len(log))]
    return not verify(written(shown), anchored(log, sizes[:-1], leaves=True)).sound


def _speed(size: int) -> tuple[float, float]:
    """Return the seconds that a long log takes, and its size in MB."""
    log = chained(made_up(size, _chance()))
    lines = written(log)
    notes, leaves, tree = [], [], grown(())
    for place, line in enumerate(lines, start=1):
        leaves.append(leaf_hash(line))
        tree = tree.grow(leaves[-1])
        if place % (size // 100) == 0:
            notes.append(KEY.sign(place, tree.root, NOON))
    anchors = Anchors.of(notes, KEY.public)
    begun = time.perf_counter()
    if not verify(lines, anchors).sound:
        raise AssertionError
    return time.perf_counter() - begun, sum(map(len, lines)) / 1e6


def _memory(size: int) -> float:
    """Return the peak of the verifier's memory in MB, the log streamed."""
    log = chained(made_up(size, _chance()))
    note = KEY.sign(size, grown(entry.digest for entry in log).root, NOON)
    digests = [entry.digest for entry in log]
    tracemalloc.start()
    anchors = Anchors.of([note], KEY.public, list(digests))
    verify((entry.line.encode() for entry in log), anchors)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def _table(tallies: dict[str, Tally]) -> str:
    rows = [
        [name, tally.trials, tally.detected, _share(tally.named, tally.detected)]
        for name, tally in tallies.items()
    ]
    trials = sum(tally.trials for tally in tallies.values())
    detected = sum(tally.detected for tally in tallies.values())
    named = sum(tally.named for tally in tallies.values())
    rows.append(["**all**", f"**{trials:,}**", f"**{detected:,}**", _share(named, detected)])
    return table(["Tampering", "Logs", "Detected", "First wrong entry named"], rows)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"
