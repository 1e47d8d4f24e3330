"""What the service says of an entry: a vendor hands it in, the real job judges it, it is told."""

import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.formats import RULES
from assay.labels import LabelMap
from assay.simulate.class_file import ontology_file
from assay.validation.registry import VALIDATION_RULES
from assay.validation.spec import ItemRule
from corpus.entry import A, B, Entry, Fate
from maps import TINY
from service.assets.images import begin as begin_project
from service.deliveries.batches import Batch, send_batch, upload
from service.house import House

#: Words that nobody outside may read: places of this machine, programs, and what is gold.
SECRETS = ("Traceback", 'File "', "/home/", ".py", "gld_", "gold", "score", gettempdir() + "/")

#: Rules that say the same as one of a format, with more to it, by the rule that they replace.
_REPLACED: Mapping[str, str] = {
    name: rule.name
    for rule in VALIDATION_RULES
    if isinstance(rule, ItemRule)
    for name in rule.supersedes
}

#: Bytes sent at once.
_PART_BYTES = 4 * 2**20

#: Codes of bytes; the service also tells what it thinks of the labels.
_CODES = {*RULES.names(), *_REPLACED.values(), "wrong-size", "delivery-unreadable"}


@dataclass(frozen=True)
class Told:
    """What a vendor is told of a delivery, or the buyer of a photograph.

    Parameters
    ----------
    fate, codes
        As :class:`corpus.entry.Entry` has them.
    faults
        Whatever else is not as it should be, a sentence each.
    texts
        All that was answered, without names and times.
    seconds
        From the last byte to the verdict.
    """

    fate: Fate
    codes: frozenset[str]
    faults: tuple[str, ...]
    texts: str
    seconds: float

    def wrong(self, entry: Entry) -> tuple[str, ...]:
        """Say how the verdict differs from the expected one; empty where it does not."""
        found = list(self.faults)
        if self.fate != entry.fate:
            found.append(f"{self.fate}, not {entry.fate}")
        expected = {_REPLACED.get(code, code) for code in entry.codes}
        if self.codes != expected:
            found.append(f"codes {sorted(self.codes)}, not {sorted(expected)}")
        return tuple(found)


def begin(house: House, entry: Entry, *, gold: str = "b") -> Callable[[bytes], Told]:
    """Make ready what an entry is handed in for; return how it is handed in and judged.

    Parameters
    ----------
    gold
        Which of the items ``a`` and ``b`` is hidden gold; the vendor must not be told.
    """
    if not entry.format:
        return partial(_photograph, house, entry, begin_project(house))
    labels, toml = {"a": A, "b": B}, ontology_file(TINY)
    house.person("manager", "northlight")
    batch = send_batch(house, labels, (gold,), toml=toml, format=entry.format)
    return partial(_delivery, house, entry, batch)


def _delivery(house: House, entry: Entry, batch: Batch, data: bytes) -> Told:
    if not data:
        return _unsent(house, batch.id, entry)
    begun = time.monotonic()
    parts = -(-len(data) // _PART_BYTES)
    delivery = upload(house.vendor, batch, data, parts=parts, name=entry.file)["id"]
    path = f"/vendor/deliveries/{delivery}"
    seen = _settled(house, lambda: house.vendor.seen(path), "received")
    seconds = time.monotonic() - begun
    items = {item["item"]: item for item in house.vendor.seen(f"{path}/items")["items"]}
    findings = [*seen["findings"], *(f for item in items.values() for f in item["findings"])]
    fate: Fate = "item refused"
    if seen["state"] == "refused":
        fate = "delivery refused"
    elif items["a"]["readable"]:
        fate = "accepted"
    answers = json.dumps([seen["findings"], [items[name] for name in sorted(items)]])
    return Told(
        fate,
        frozenset(finding["rule"] for finding in findings) & _CODES,
        tuple(_faults(house, delivery, entry, findings, answers)),
        answers,
        seconds,
    )


def _unsent(house: House, batch: str, entry: Entry) -> Told:
    """Return that an upload of no bytes is not even begun."""
    order = {"file_name": entry.file, "size": 0, "sha256": "0" * 64}
    answer = house.vendor.post(f"/vendor/batches/{batch}/uploads", json=order)
    faults = () if answer.status_code == 422 else (f"answered {answer.status_code}",)
    return Told("delivery refused", entry.codes, faults, answer.json()["detail"], 0.0)


def _faults(
    house: House, delivery: str, entry: Entry, findings: list[dict[str, Any]], answers: str
) -> Iterator[str]:
    yield from (f"says {secret!r}" for secret in SECRETS if secret in answers)
    if entry.fate != "accepted" and not any(f["severity"] == "error" for f in findings):
        yield "refused without a reason"
    if house.client.get("/api/v1/health/ready").status_code != 200:
        yield "the service is not well afterwards"
    kept = {
        item["item"]: item["label_digest"]
        for item in house.lead.seen(f"/deliveries/{delivery}/items")["items"]
    }
    expected = None if entry.expected is None else _digest(entry.expected)
    if kept.get("a") != expected:
        yield "a wrong mask" if kept.get("a") else "no mask"
    if kept.get("b") not in {_digest(B), None}:
        yield "a wrong mask of b"


def _digest(labels: NDArray[Any]) -> str:
    return LabelMap.from_dense(labels.astype(np.uint16)).digest


def _photograph(house: House, entry: Entry, project: str, data: bytes) -> Told:
    path = f"/projects/{project}/imports"
    begun = time.monotonic()
    params = {"file_name": entry.file}
    answer = house.lead.post(f"{path}/upload", content=data, params=params)
    if answer.status_code != 201:
        faults = [] if answer.status_code == 422 and not data else [f"{answer.status_code}"]
        return Told("delivery refused", entry.codes, tuple(faults), answer.json()["detail"], 0.0)
    place = f"{path}/{answer.json()['id']}"
    seen = _settled(house, lambda: house.lead.seen(place), "waiting")
    seconds = time.monotonic() - begun
    answers = json.dumps(seen["findings"])
    faults = [f"says {secret!r}" for secret in SECRETS if secret in answers]
    assets = house.lead.seen(f"/projects/{project}/assets")["items"]
    if assets:
        image = house.lead.get(f"/projects/{project}/assets/{assets[0]['id']}/image").content
        faults += _photograph_faults(image, entry)
    codes = frozenset(finding["rule"] for finding in seen["findings"])
    fate: Fate = "accepted" if seen["state"] == "done" else "delivery refused"
    return Told(fate, codes, tuple(faults), answers, seconds)


def _photograph_faults(data: bytes, entry: Entry) -> Iterator[str]:
    with Image.open(io.BytesIO(data)) as image:
        pixels, told = np.asarray(image).astype(int), {*image.info, *image.getexif()}
    if told or b"GPS" in data or b"Camera" in data:
        yield f"what leaves says {told}"
    if entry.expected is None or pixels.shape != entry.expected.shape:
        yield "a photograph of another size"
    elif np.abs(pixels - entry.expected).max() > 3:
        yield "other pixels"


def _settled(house: House, ask: Callable[[], Any], waiting: str) -> Any:
    """Do the jobs that wait, until what is asked for waits no more."""
    while True:
        house.work()
        found = ask()
        if found["state"] != waiting:
            return found
        time.sleep(0.05)


def left_over(folder: Path) -> list[str]:
    """Return what jobs have left behind in the folder for temporary files."""
    return sorted(path.name for path in folder.glob("assay-*"))
