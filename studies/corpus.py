"""Whether malformed files get the verdict that they must get, by the library and by the service."""

import resource
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from fastapi.testclient import TestClient

from assay.service.app import create_app
from assay.service.settings import Settings
from studies.study import Study, table

if TYPE_CHECKING:
    from corpus.entry import Entry
    from corpus.reading import Verdict
    from corpus.service import Told
    from service.house import House

TEXT = """
Vendors' files arrive cut, lying, mislabelled or built to do harm. This corpus of {count} such
files, and of tricky ones that are sound, is made by code in `tests/corpus`; each has the one
verdict that it must get. A delivery labels two small images: whatever is wrong is so in `a`, and
`b` shows what becomes of the rest. What `a` must hold where it is accepted was made with numpy,
by none of the code that is tried.

**By the library {library} of {count} verdicts are correct, by the service {service} of {count}.
Silent wrong masks: {masks}.**

{families}

A verdict is correct where what becomes of the item and the set of all codes are the expected
ones; where `a` is accepted it must equal the oracle in every pixel, and `b` must do so wherever
it is read.

* **Library**: every file was opened and read in a worker of 1 GiB and 60 s, three times, by one,
  two and five processes: {library_lost} workers were lost, {library_differ} files were told of in
  other words.
* **Service**: a vendor's account uploaded every file through the API for a batch that hides gold,
  and the job that judges real deliveries judged it, on SQLite; photographs were brought in by the
  buyer. The vendor's answers were searched for paths, stack traces, scores and gold ({secrets}
  found), a refusal without a reason counts as wrong ({unreasoned}), and the service said after
  each that it is well. The slowest verdict took {slowest:.0f} s on a busy machine, the largest
  process that read a file had {memory:.0f} MiB; {left} temporary folders were left behind.
* **Twice**: {again} of the files, one of each family for each outcome, were handed in
  again for a batch in which the other image is gold. {again_differ} were answered in other words.

## What building it found

* Labels of another size than their image were taken by the service without a word.
* Labels in a folder of their zip were refused by the service, and no reason was given.
* One JSON file of COCO, not packed, was refused by the service: its name was not kept.
* Sizes in the zip64 field in front of an entry were not compared with the directory.
* A COCO file with one name under two ids was also told that it has annotations of images that are
  not listed.
* A full disk of the service was told to the vendor as a fault of its archive.

All are corrected.

## What is a matter of taste

Where a reader could do this or that, what Assay does stays, because it is told: labels of one
value only are accepted with a warning; ids and colours that no class has are unlabelled, with an
error; vertices outside are cut off, with a warning; a later object covers an earlier one; names
that hold a formula or markup are names like any other, since whatever shows them makes them
harmless; a file that follows the end of a photograph does not leave the house.

## Not read yet

Files of formats that Assay does not read yet; they are not counted.

{unread}

## All of them

{everything}
"""

#: Deliveries judged at once.
_HANDS = 3


@dataclass(frozen=True)
class _Library:
    """What the library said, the first time, and how often it was not the same."""

    verdicts: Sequence["Verdict | None"]
    lost: int
    differ: int


@dataclass(frozen=True)
class _Service:
    """What the service said of each entry, and of some a second time."""

    told: Sequence["Told"]
    again: Sequence[tuple["Told", "Told"]]
    memory_mib: float
    left: int


def run(*, quick: bool) -> Study:
    """Have every file judged; a quick run takes one of each family for each verdict."""
    from corpus.files import CORPUS, NOT_READ_YET

    entries = list(_one_of_each(CORPUS)) if quick else list(CORPUS)
    library = _by_library(entries)
    service = _by_service(entries)
    right = [
        verdict is not None and _is_right(entry, verdict)
        for entry, verdict in zip(entries, library.verdicts, strict=True)
    ]
    wrongs = [told.wrong(entry) for entry, told in zip(entries, service.told, strict=True)]
    told = [fault for wrong in wrongs for fault in wrong]
    text = TEXT.format(
        count=len(entries),
        library=sum(right),
        service=sum(not wrong for wrong in wrongs),
        masks=_silent(entries, library.verdicts) + sum("wrong mask" in fault for fault in told),
        families=_families(entries, right, wrongs),
        library_lost=library.lost,
        library_differ=library.differ,
        secrets=sum(fault.startswith("says ") for fault in told),
        unreasoned=told.count("refused without a reason"),
        slowest=max(entry.seconds for entry in service.told),
        memory=service.memory_mib,
        left=service.left,
        again=len(service.again),
        again_differ=sum(first.texts != second.texts for first, second in service.again),
        unread=table(["Format", "Files that will come"], NOT_READ_YET.items()),
        everything=_everything(entries),
    )
    return Study("Malformed files", text)


def _one_of_each(entries: Iterable["Entry"]) -> Iterable["Entry"]:
    """Return the first entry of each family for each thing that can become of it."""
    found: dict[object, Entry] = {}
    for entry in entries:
        found.setdefault((entry.family, entry.fate), entry)
    return found.values()


def _by_library(entries: Sequence["Entry"]) -> _Library:
    from corpus.reading import Verdict, judge, lay_out

    with tempfile.TemporaryDirectory() as place:
        lay_out(entries, Path(place))
        passes = [judge(entries, Path(place), workers=workers) for workers in (1, 2, 5)]
    verdicts = [
        [verdict if isinstance(verdict, Verdict) else None for verdict in found] for found in passes
    ]
    said = [[None if verdict is None else verdict.texts for verdict in found] for found in verdicts]
    return _Library(
        verdicts[0],
        sum(verdict is None for found in verdicts for verdict in found),
        sum(len(set(texts)) > 1 for texts in zip(*said, strict=True)),
    )


def _is_right(entry: "Entry", verdict: "Verdict") -> bool:
    return (verdict.fate, verdict.codes) == (entry.fate, entry.codes) and _is_exact(entry, verdict)


def _is_exact(entry: "Entry", verdict: "Verdict") -> bool:
    """Say whether what was read is what the file holds."""
    from corpus.entry import B

    if verdict.other is not None and not np.array_equal(verdict.other, B):
        return False
    if entry.expected is None or verdict.pixels is None:
        return entry.expected is None and verdict.pixels is None
    if entry.expected.shape != verdict.pixels.shape:
        return False
    difference = np.abs(entry.expected.astype(int) - verdict.pixels.astype(int)).max()
    return bool(difference <= (0 if entry.format else 3))


def _silent(entries: Sequence["Entry"], verdicts: Sequence["Verdict | None"]) -> int:
    return sum(
        verdict is not None and verdict.fate == "accepted" and not _is_exact(entry, verdict)
        for entry, verdict in zip(entries, verdicts, strict=True)
    )


def _by_service(entries: Sequence["Entry"]) -> _Service:
    from corpus.service import left_over
    from service.house import House

    with tempfile.TemporaryDirectory() as place:
        home, scratch = Path(place), Path(place, "scratch")
        scratch.mkdir()
        tempfile.tempdir = str(scratch)
        settings = Settings(
            data_dir=home / "data", workers=0, anchor_seconds=0, item_workers=1, publish_seconds=0
        )
        app = create_app(settings)
        with TestClient(app, base_url="http://assay.test") as client:
            house = House.furnish(app, client)
            # Everybody is there before several threads ask for them.
            for person in (house.lead, house.vendor):
                person.seen("/me")
            told = _all_told(house, entries, "b")
            some = [entry for entry in _one_of_each(entries) if entry.format]
            again = _all_told(house, some, "a")
        tempfile.tempdir = None
        left = len(left_over(scratch))
    first = dict(zip(entries, told, strict=True))
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    pairs = [(first[entry], second) for entry, second in zip(some, again, strict=True)]
    return _Service(told, pairs, used / 1024, left)


def _all_told(house: "House", entries: Sequence["Entry"], gold: str) -> list["Told"]:
    from corpus.service import begin

    def tell(entry: "Entry") -> "Told":
        told = begin(house, entry, gold=gold)(entry.build())
        print(f"{entry}: {told.wrong(entry) or told.fate}, {told.seconds:.1f} s", flush=True)
        return told

    with ThreadPoolExecutor(_HANDS) as hands:
        return list(hands.map(tell, entries))


def _families(
    entries: Sequence["Entry"], right: Sequence[bool], wrongs: Sequence[Sequence[str]]
) -> str:
    rows = []
    for family in [*dict.fromkeys(entry.family for entry in entries), "All"]:
        places = [n for n, entry in enumerate(entries) if family in {entry.family, "All"}]
        fates = Counter(entries[place].fate for place in places)
        rows.append(
            [
                family,
                len(places),
                fates["accepted"],
                fates["item refused"],
                fates["delivery refused"],
                sum(right[place] for place in places),
                sum(not wrongs[place] for place in places),
            ]
        )
    outcomes = ["Accepted", "Item refused", "All refused"]
    return table(["Family", "Files", *outcomes, "Library correct", "Service correct"], rows)


def _everything(entries: Sequence["Entry"]) -> str:
    parts = []
    for family in dict.fromkeys(entry.family for entry in entries):
        rows = [
            [
                entry.wrong.replace("|", "\\|"),
                entry.fate,
                ", ".join(f"`{code}`" for code in sorted(entry.codes)),
            ]
            for entry in entries
            if entry.family == family
        ]
        parts.append(f"### {family}\n\n{table(['What is wrong', 'Verdict', 'Codes'], rows)}")
    return "\n\n".join(parts)
