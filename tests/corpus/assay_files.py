"""Assay's own formats: JSON of runs, and the run cache."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import deflate
import numpy as np
from numpy.typing import NDArray

from assay import LabelMap
from assay.formats.assay_runs import encode_runs, index_digest
from corpus.entry import A, B, Entry, Family
from formats.archives import patched, zip_bytes
from maps import TINY, drawn

#: A small sound document, of which tests change a field each.
GOOD: Mapping[str, Any] = {
    "schema": "assay.labels/1",
    "height": 2,
    "width": 4,
    "labels": [None, "road", "car", 255],
    "rows": [[1, 4], [1, 1, 2, 2, 3, 1]],
}


def encoded(document: object) -> bytes:
    """Return a document as JSON."""
    return json.dumps(document).encode()


#: Changes of a field, and the rule that each breaks.
BROKEN_FIELDS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"schema": "assay.labels/2"}, "assay-json-schema"),
    ({"schema": None}, "assay-json-schema"),
    ({"hieght": 2}, "assay-json-schema"),
    ({"height": 0}, "assay-json-schema"),
    ({"height": "2"}, "assay-json-schema"),
    ({"height": True}, "assay-json-schema"),
    ({"width": 2**40}, "assay-json-schema"),
    ({"height": 2**20, "width": 2**20}, "assay-json-schema"),
    ({"labels": []}, "assay-json-schema"),
    ({"labels": "road"}, "assay-json-schema"),
    ({"labels": [None, "road", "road", "car"]}, "assay-json-schema"),
    ({"labels": [None, "road", ["car"], 255]}, "assay-json-schema"),
    ({"labels": [None, "road", 1.5, 255]}, "assay-json-schema"),
    ({"labels": [None, "road", True, 255]}, "assay-json-schema"),
    ({"rows": 7}, "assay-json-runs"),
    ({"rows": []}, "assay-json-runs"),
    ({"rows": [[1, 4]]}, "assay-json-runs"),
    ({"rows": [[1, 4], []]}, "assay-json-runs"),
    ({"rows": [[1, 4], [1, 4, 1]]}, "assay-json-runs"),
    ({"rows": [[1, 4], {"1": 4}]}, "assay-json-runs"),
    ({"rows": [[1, 3], [1, 5]]}, "assay-json-runs"),
    ({"rows": [[1, 5], [1, 3]]}, "assay-json-runs"),
    ({"rows": [[1, 4], [1, 4, 2, 0]]}, "assay-json-runs"),
    ({"rows": [[1, 4], [1, 5, 2, -1]]}, "assay-json-runs"),
    ({"rows": [[1, 4], [4, 4]]}, "assay-json-runs"),
    ({"rows": [[1, 4], [-1, 4]]}, "assay-json-runs"),
    ({"rows": [[1, 4], [1, 4.0]]}, "assay-json-runs"),
    ({"rows": [[1, 4], [1, "4"]]}, "assay-json-runs"),
    ({"rows": [[1, 4], [True, 4]]}, "assay-json-runs"),
    ({"rows": [[1, 4], [[1], 4]]}, "assay-json-runs"),
    ({"rows": [[1, 4], [1, 2**70]]}, "assay-json-runs"),
)

#: Texts that are no document, and the rule that each breaks.
BROKEN_TEXTS: Mapping[str, tuple[bytes, str]] = {
    "no byte": (b"", "json-syntax"),
    "a list": (b"[]", "assay-json-schema"),
    "no field": (encoded({}), "assay-json-schema"),
    "no rows": (
        encoded({name: GOOD[name] for name in GOOD if name != "rows"}), "assay-json-schema"),
    "cut": (encoded(GOOD)[:-3], "json-syntax"),
    "NaN": (encoded(GOOD).replace(b"255", b"NaN"), "json-number"),
    "a key twice": (encoded(GOOD).replace(b'"width"', b'"height"'), "json-duplicate-key"),
    "100,000 brackets": (b"[" * 100_000, "json-depth"),
    "32 MiB of spaces": (b" " * (2**25 + 1), "assay-json-schema"),
    "UTF-16": (json.dumps(GOOD).encode("utf-16"), "json-syntax"),
    "Latin-1, called UTF-8": ('{"schéma": 1}'.encode("latin-1"), "json-syntax"),
}  # fmt: skip


DIGEST = index_digest(TINY)
_CACHE = encode_runs(drawn("1122 1333 ...."), DIGEST)


def resealed(data: bytes) -> bytes:
    """Return the bytes of a run cache with the checksum that fits them."""
    blank = patched(data, 64, bytes(4))
    return patched(data, 64, deflate.crc32(blank).to_bytes(4, "little"))


#: Damaged run caches.
BROKEN_CACHES: Mapping[str, bytes] = {
    "no byte": b"",
    "cut in the header": b"assayrun",
    "another format": b"\x89PNG" + bytes(100),
    "the last byte missing": _CACHE[:-1],
    "a byte too many": _CACHE + b"x",
    "a byte changed": patched(_CACHE, 70, b"\x77"),
    "another version": resealed(patched(_CACHE, 8, b"\2")),
    "values of 3 bytes": resealed(patched(_CACHE, 10, b"\3")),
    "lengths of no bytes": resealed(patched(_CACHE, 11, b"\0")),
    "an unknown packing": resealed(patched(_CACHE, 12, b"\2")),
    "no rows": resealed(patched(_CACHE, 16, bytes(4))),
    "2⁶⁴ pixels": resealed(patched(_CACHE, 16, b"\xff" * 8)),
    "another width": resealed(patched(_CACHE, 20, b"\5")),
    "2 billion runs": resealed(patched(_CACHE, 24, b"\xff\xff\xff\x7f")),
    "said to be packed": resealed(patched(_CACHE, 12, b"\1")),
    "equal neighbours": resealed(patched(_CACHE, 68, b"\1\1")),
    "a class beyond the ontology": resealed(patched(_CACHE, 68, b"\x63")),
}


def document_of(indexes: NDArray[Any], **changed: object) -> bytes:
    """Return class indexes as a document, a run for each pixel."""
    rows = [[int(number) for value in row for number in (value, 1)] for row in indexes]
    height, width = indexes.shape
    labels = [None, *TINY.names, 255]
    return encoded({**GOOD, "height": height, "width": width, "labels": labels, "rows": rows}
                   | changed)  # fmt: skip


def _json(a: bytes) -> bytes:
    # Not packed: so many spaces would be refused as a bomb before they are read.
    return zip_bytes({"b.json": document_of(B), "a.json": a}, method=0)


def _runs(a: bytes) -> bytes:
    return zip_bytes({"a.runs": a, "b.runs": encode_runs(LabelMap.from_dense(B), DIGEST)})


def _cache(*, level: int = 0, digest: bytes = DIGEST) -> bytes:
    return encode_runs(LabelMap.from_dense(A), digest, level=level)


def _entries() -> tuple[Entry, ...]:
    jsons, runs = Family("Assay's JSON", "assay-json"), Family("Run cache", "assay-runs")
    tram = [None, "road", "tram", "person", 255]
    return (
        jsons.accepted("nothing", partial(_json, document_of(A))),
        jsons.accepted("a name that no class has", partial(_json, document_of(A, labels=tram)),
                       "undeclared-class", labels=np.where(A == 2, 0, A)),
        *(jsons.item_refused(_said(change), partial(_json, encoded({**GOOD, **change})), rule)
          for change, rule in BROKEN_FIELDS),
        *(jsons.item_refused(what, partial(_json, data), rule)
          for what, (data, rule) in BROKEN_TEXTS.items()),
        runs.accepted("nothing", partial(_runs, _cache())),
        runs.accepted("packed", partial(_runs, _cache(level=9))),
        runs.item_refused("other classes", partial(_runs, _cache(digest=bytes(32))),
                          "runs-ontology"),
        *(runs.item_refused(what, partial(_runs, data), "runs-broken")
          for what, data in BROKEN_CACHES.items()),
    )  # fmt: skip


def _said(change: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {json.dumps(value)}" for name, value in change.items())


ENTRIES = _entries()
