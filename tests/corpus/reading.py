"""What the library says of an entry, found out where it can harm nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.assess.walk import walk
from assay.assess.warming import warm_formats
from assay.assess.workers import Lost
from assay.delivery import Delivery, Finding, Reading
from assay.errors import SourceError
from assay.formats import FORMATS, open_delivery
from assay.formats.coco_masks import read_mask
from assay.service.assets.reencoding import reencode
from assay.validation.items import WRONG_SIZE
from assay.validation.running import Task, check_item
from assay.validation.subject import Subject
from corpus.entry import SHAPE, Entry, Fate
from maps import TINY

#: Larger maps are not carried between processes.
_MOST_PIXELS = 10_000


@dataclass(frozen=True, eq=False)
class Verdict:
    """What was said of an entry.

    Parameters
    ----------
    fate, codes
        As :class:`corpus.entry.Entry` has them.
    pixels
        What ``a`` holds, or the photograph; None without.
    other
        What ``b`` holds; None without.
    texts
        Every sentence that was said.
    """

    fate: Fate
    codes: frozenset[str]
    pixels: NDArray[Any] | None
    other: NDArray[Any] | None
    texts: tuple[str, ...]


def lay_out(entries: Sequence[Entry], folder: Path) -> None:
    """Write the file of each entry into a folder of its number."""
    for number, entry in enumerate(entries):
        place = folder / str(number)
        place.mkdir()
        (place / entry.file).write_bytes(entry.build())


def judge(entries: Sequence[Entry], folder: Path, *, workers: int = 2) -> list[Verdict | Lost]:
    """Return the verdict on each entry; each is opened and read in a disposable worker."""
    _warm()
    numbers = [str(number) for number in range(len(entries))]
    task = partial(_judge_one, entries, folder)
    return [verdict for _, verdict in walk(numbers, task, workers=workers)]


@cache
def _warm() -> None:
    """Load kernels before workers are forked, as every front door does."""
    for name in FORMATS.names():
        warm_formats([Delivery("", name, TINY, (), lambda _: Reading(None))], TINY)
    read_mask([[1, 1, 5, 1, 5, 4, 1, 4]], *SHAPE)


def _judge_one(entries: Sequence[Entry], folder: Path, number: str) -> Verdict:
    entry = entries[int(number)]
    path = folder / number / entry.file
    return _of_delivery(path, entry.format) if entry.format else _of_photograph(path)


def _of_photograph(path: Path) -> Verdict:
    found = reencode("a", path.read_bytes(), encoding="png")
    fate: Fate = "delivery refused" if found.pixels is None else "accepted"
    return Verdict(fate, _codes(found.findings), found.pixels, None, _texts(found.findings))


def _of_delivery(path: Path, format: str) -> Verdict:
    try:
        delivery = open_delivery(path, TINY, format=format)
    except SourceError as error:
        return Verdict("delivery refused", frozenset({"delivery-unreadable"}), None, None,
                       (str(error),))  # fmt: skip
    findings = [*delivery.findings]
    maps = [_read(delivery, name, findings) for name in "ab"]
    a, b = maps
    fate: Fate = (
        "accepted" if a is not None else "delivery refused" if b is None else "item refused"
    )
    return Verdict(fate, _codes(findings), a, b, _texts(findings))


def _read(delivery: Delivery, name: str, findings: list[Finding]) -> NDArray[np.uint16] | None:
    """Return the labels of an item, which may lie in a folder, and add what is found in it."""
    keys = [key for key in delivery.keys if key == name or key.endswith(f"/{name}")]
    if len(keys) != 1:
        return None
    reading = delivery.read(keys[0])
    findings += reading.findings
    if reading.label_map is None:
        return None
    subject = Subject(name, reading.label_map, TINY, read_image_size=lambda: SHAPE)
    findings += check_item(subject, [Task(WRONG_SIZE, WRONG_SIZE.parameters())]).findings
    return reading.label_map.to_dense() if reading.label_map.pixels < _MOST_PIXELS else None


def _codes(findings: Sequence[Finding]) -> frozenset[str]:
    return frozenset(finding.rule for finding in findings)


def _texts(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(f"{finding.message} {finding.remedy}" for finding in findings)
