"""Assay's own JSON: one file of runs per item, readable by people and by any language.

The schema is documented in ``docs/formats/assay-json.md``.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Delivery, Finding, Reading, Rule, Severity
from assay.errors import MalformedError, ParameterError
from assay.formats.entry_names import shown
from assay.formats.item_path import item_path
from assay.formats.keys import entries_by_key, entry_of, ignored_files
from assay.formats.source import Source
from assay.formats.spec import Format, NoOptions, Written
from assay.formats.strict_json import parse_json
from assay.labels import LabelMap, Ontology

SCHEMA = "assay.labels/1"
_SUFFIX = ".json"
_MARK = re.compile(rb'"schema"\s*:\s*"assay\.labels/')
_LOOKED_AT_FILES = 8
#: Parsed numbers take up to twenty times the room of their text; a worker has 1 GiB.
_MAX_BYTES = 32 * 2**20
_MAX_SIDE = 2**20
_MAX_PIXELS = 2**28
_LISTED = 5
_FIELDS = ("schema", "height", "width", "labels", "rows")
_EXPORT = "Write the file as the format documentation says."

RULES = (
    Rule(
        "assay-json-schema",
        "A label file does not follow the schema assay.labels/1.",
        "A field is missing, unknown or of the wrong type, the size is impossible, or the schema "
        "is another version. The item is not read. The page *Assay JSON* has the schema.",
    ),
    Rule(
        "assay-json-runs",
        "The runs of a label file do not tile its rows.",
        "Each row is a flat list `[label, length, label, length, …]` whose lengths are at least 1 "
        "and sum to the width, and there is one row per pixel row. The item is not read.",
    ),
)


@dataclass(frozen=True)
class _Reader:
    """Reads items of a folder of label files."""

    source: Source
    entries: Mapping[str, str]
    ontology: Ontology

    def read(self, key: str) -> Reading:
        try:
            data = self.source.read(entry_of(self.entries, key))
            return parse_labels(data, self.ontology, key=key)
        except MalformedError as error:
            return Reading(None, (Finding.from_error(key, error),))


def parse_labels(data: bytes, ontology: Ontology, *, key: str = "") -> Reading:
    """Return the labels of one file.

    Parameters
    ----------
    data
        JSON in UTF-8.
    ontology
        The classes that its labels name; others become unlabelled, with a finding.
    key
        Item, for findings.

    Raises
    ------
    MalformedError
        When the bytes are no sound label file.
    """
    if len(data) > _MAX_BYTES:
        raise _wrong(f"The file has {len(data)} bytes; at most {_MAX_BYTES} are read.")
    document = _checked(parse_json(data, "The file"))
    height, width = document["height"], document["width"]
    labels = _label_names(document["labels"])
    numbers = _flat(document["rows"], height)
    runs, lengths = numbers[0::2], numbers[1::2]
    _check_runs(document["rows"], lengths, width)
    if int(runs.min()) < 0 or int(runs.max()) >= len(labels):
        raise _no_tiling(f"A run has label {runs.max()}, but there are {len(labels)} labels")
    lookup, stray = _lookup(labels, ontology)
    pixels = np.bincount(runs, weights=lengths, minlength=len(labels)).astype(np.int64)
    label_map = LabelMap.from_runs(height, width, np.cumsum(lengths), runs, lookup=lookup)
    return Reading(label_map, _undeclared(key, labels, stray, pixels))


def format_labels(label_map: LabelMap, ontology: Ontology) -> str:
    """Return a label map as the text of a label file, one line per row of pixels."""
    used = np.unique(label_map.values)
    if int(used[-1]) >= ontology.size:
        raise ParameterError(
            f"The map holds index {used[-1]}, but the ontology has {ontology.size} indexes. Write "
            "it with the ontology it was read with."
        )
    names: list[str | int | None] = [None, *ontology.names, *ontology.void_ids]
    place = np.zeros(ontology.size, np.int64)
    place[used] = np.arange(used.size)
    numbers = np.stack([place[label_map.values], label_map.lengths], axis=1)
    rows = ",\n".join(_row_texts(numbers, label_map.row_starts))
    head = (
        f'"schema":"{SCHEMA}","height":{label_map.height},"width":{label_map.width},'
        f'"labels":{json.dumps([names[value] for value in used.tolist()])}'
    )
    return f'{{{head},"rows":[\n{rows}\n]}}\n'


def _row_texts(numbers: NDArray[np.int64], row_starts: NDArray[np.int64]) -> Iterator[str]:
    flat = numbers.ravel().tolist()
    starts = (2 * row_starts).tolist()
    for first, stop in pairwise(starts):
        yield f"[{','.join(map(str, flat[first:stop]))}]"


def _checked(document: object) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise _wrong("The file is no JSON object.")
    if document.get("schema") != SCHEMA:
        raise _wrong(f"The schema is {ascii(document.get('schema'))[:60]}, not {SCHEMA!r}.")
    wrong = sorted(set(_FIELDS) ^ set(document))
    if wrong:
        names = ", ".join(ascii(name)[:40] for name in wrong[:_LISTED])
        raise _wrong(f"These fields are missing or unknown: {names}.")
    height, width = document["height"], document["width"]
    if not _is_side(height) or not _is_side(width) or height * width > _MAX_PIXELS:
        raise _wrong(f"The size is {ascii(height)[:20]}×{ascii(width)[:20]} px.")
    return document


def _is_side(value: object) -> TypeGuard[int]:
    return type(value) is int and 1 <= value <= _MAX_SIDE


def _label_names(labels: object) -> list[str | int | None]:
    """Return the labels: None for unlabelled, a text for a class, a number for a void id."""
    if not isinstance(labels, list) or not 1 <= len(labels) <= 65_535:
        raise _wrong("labels is no list of 1 to 65,535 names.")
    if not all(label is None or type(label) in {str, int} for label in labels):
        raise _wrong("labels holds something else than null, names and void ids.")
    if len(set(labels)) < len(labels):
        raise _wrong("labels holds a name twice.")
    return labels


def _flat(rows: object, height: int) -> NDArray[np.int64]:
    if not isinstance(rows, list) or len(rows) != height:
        count = len(rows) if isinstance(rows, list) else "no"
        raise _no_tiling(f"There are {count} rows for a height of {height}")
    if not all(isinstance(row, list) and row and len(row) % 2 == 0 for row in rows):
        raise _no_tiling("A row is no list of label and length, label and length")
    numbers = list(chain.from_iterable(rows))
    if set(map(type, numbers)) != {int}:
        raise _no_tiling("A row holds something else than whole numbers")
    try:
        return np.array(numbers, np.int64)
    except OverflowError:
        raise _no_tiling("A number has more than 63 bits") from None


def _check_runs(rows: Sequence[Sequence[int]], lengths: NDArray[np.int64], width: int) -> None:
    if int(lengths.min()) < 1 or int(lengths.max()) > width:
        worst = lengths.min() if int(lengths.min()) < 1 else lengths.max()
        raise _no_tiling(f"A run has length {worst} in a width of {width}")
    counts = np.fromiter((len(row) // 2 for row in rows), np.int64, len(rows))
    sums = np.add.reduceat(lengths, np.cumsum(counts) - counts)
    if (sums != width).any():
        row = int((sums != width).argmax())
        raise _no_tiling(f"The runs of row {row} cover {sums[row]} of {width} px")


def _lookup(
    labels: Sequence[str | int | None], ontology: Ontology
) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Return the index of each label, and which labels the ontology does not declare."""
    indexes: dict[str | int | None, int] = {None: 0}
    indexes.update((name, place) for place, name in enumerate(ontology.names, 1))
    indexes.update(
        (void, place) for place, void in enumerate(ontology.void_ids, ontology.first_void)
    )
    lookup = np.array([indexes.get(label, 0) for label in labels], np.uint16)
    return lookup, np.array([label not in indexes for label in labels])


def _undeclared(
    key: str,
    labels: Sequence[str | int | None],
    stray: NDArray[np.bool_],
    pixels: NDArray[np.int64],
) -> tuple[Finding, ...]:
    places = np.flatnonzero(stray & (pixels > 0))
    if not places.size:
        return ()
    most = places[np.argsort(-pixels[places], kind="stable")].tolist()
    listed = ", ".join(
        f"{shown(str(labels[place]))} ({pixels[place]} px)" for place in most[:_LISTED]
    )
    more = f" and {len(most) - _LISTED} more" if len(most) > _LISTED else ""
    message = (
        f"{pixels[places].sum()} px have labels that the ontology does not declare: {listed}{more}."
    )
    remedy = "Correct the names, or add the classes to the ontology. The pixels are unlabelled."
    return (Finding("undeclared-class", Severity.ERROR, key, message, remedy),)


def _wrong(message: str) -> MalformedError:
    return MalformedError("assay-json-schema", message, _EXPORT)


def _no_tiling(what: str) -> MalformedError:
    return MalformedError("assay-json-runs", f"{what}.", _EXPORT)


def _detect(source: Source) -> bool:
    jsons = [entry for entry in source.entries if entry.lower().endswith(_SUFFIX)]
    return any(_MARK.search(source.part(entry, 0, 4096)) for entry in jsons[:_LOOKED_AT_FILES])


def _open(source: Source, ontology: Ontology, name: str) -> Delivery:
    entries = entries_by_key(source, _SUFFIX)
    reader = _Reader(source, entries, ontology)
    findings = ignored_files(source, frozenset(entries.values()))
    return Delivery(name, ASSAY_JSON.name, ontology, tuple(sorted(entries)), reader.read, findings)


def _write(
    maps: Iterable[tuple[str, LabelMap]], target: Path, ontology: Ontology, options: NoOptions
) -> Written:
    del options
    target.mkdir()
    items = 0
    for key, label_map in maps:
        path = item_path(target, key, _SUFFIX)
        path.write_text(format_labels(label_map, ontology), encoding="ascii")
        items += 1
    return Written(items)


ASSAY_JSON = Format(
    name="assay-json",
    summary="Assay's JSON: one file of runs per item, with class names",
    advice=(
        "The format to read and write from a script of your own. Each item is a JSON file with "
        "size, labels by **name**, and the runs of each row of pixels:\n\n"
        "```json\n"
        '{"schema":"assay.labels/1","height":2,"width":4,"labels":[null,"road","car"],"rows":[\n'
        "[1,4],\n[1,1,2,2,0,1]\n]}\n"
        "```\n\n"
        "The second row is one pixel of road, two of car, one unlabelled. No pixel is lost either "
        "way. Because classes are named, the file is independent of ids and colours. A void id "
        "stands as a number among the labels."
    ),
    lossless=True,
    detect=_detect,
    open=_open,
    write=_write,
)
