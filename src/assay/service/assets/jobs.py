"""The job that takes images in."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from assay.errors import ParameterError
from assay.formats.limits import MAX_ENTRY_BYTES
from assay.service import clock
from assay.service.actor import SYSTEM
from assay.service.assets import store
from assay.service.assets.actions import IMPORT
from assay.service.assets.decoding import Order, is_image
from assay.service.assets.likeness import first_alike
from assay.service.assets.reencoding import Encoding, encoding_of
from assay.service.assets.tables import AssetRow, ImportRow
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.jobs.kind import JobKind, Workbench
from assay.service.programs import run_program
from assay.service.projects.tables import ProjectRow
from assay.service.storage.blobs import Blobs
from assay.service.storage.objects import Objects
from assay.service.storage.opening import open_objects

#: Images that lie decoded on the disk at once.
_SLICE = 200

#: Blobs written at once: each waits for the disk.
_HANDS = 8

#: Findings kept word by word.
_MOST_FINDINGS = 1000


def work(bench: Workbench, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Decode images in another process, and keep what came and what leaves the house."""
    with bench.database.reading() as session:
        row = session.get_one(ImportRow, payload["import"])
        project = session.get_one(ProjectRow, row.project_id)
    encoding = encoding_of(project.image_encoding)
    images: list[dict[str, Any]] = []
    faults: list[dict[str, Any]] = []
    total = 0
    with TemporaryDirectory(prefix="assay-images-") as folder:
        home = Path(folder)
        for source in _sources(bench, row, home, faults):
            start, here = 0, 1
            while start < here:
                found = _decode(bench, row, encoding, source, home, start)
                here = found["total"]
                # The source's own faults are the same each time.
                faults += [fault for fault in found["faults"] if start == 0 or fault not in faults]
                images += found["images"]
                start += _SLICE
            total += here
    return {"images": images, "faults": faults, "total": total}


def _sources(
    bench: Workbench, row: ImportRow, home: Path, faults: list[dict[str, Any]]
) -> Iterator[Path]:
    """Yield what is to be read: an upload or a folder, or a bucket in parts that fit the disk."""
    if row.folder is None:
        yield _lay(bench.blobs, row.blob or "", home / "upload")
    elif row.folder.startswith("s3://"):
        objects = open_objects(row.folder, endpoint=bench.settings.storage_endpoint)
        yield from _fetched(objects, home, faults)
    else:
        yield Path(row.folder)


def _lay(blobs: Blobs, digest: str, file: Path) -> Path:
    with file.open("wb") as upload:
        for piece in blobs.get(digest):
            upload.write(piece)
    return file


def _fetched(objects: Objects, home: Path, faults: list[dict[str, Any]]) -> Iterator[Path]:
    """Yield folders of images that were fetched, a bounded number in each."""
    listed = sorted((found.name, found.size) for found in objects.list())
    names = [name for name, size in listed if is_image(name) and size <= MAX_ENTRY_BYTES]
    for start in range(0, len(names), _SLICE):
        with TemporaryDirectory(dir=home) as folder:
            for name in names[start : start + _SLICE]:
                try:
                    pieces = objects.get(name)
                except ParameterError:
                    faults.append(_misnamed(name))
                    continue
                file = Path(folder, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("wb") as copy:
                    copy.writelines(pieces)
            yield Path(folder)


def _misnamed(name: str) -> dict[str, str]:
    return {
        "item": name[:200],
        "rule": "object-name",
        "message": "The object's name has other characters than letters, digits, dots and dashes.",
        "remedy": "Rename it, or send it in an archive.",
    }


def _decode(
    bench: Workbench, row: ImportRow, encoding: Encoding, source: Path, home: Path, start: int
) -> dict[str, Any]:
    with TemporaryDirectory(dir=home) as out:
        order = Order(
            source=source,
            out=Path(out),
            start=start,
            count=_SLICE,
            name=row.file_name,
            encoding=encoding,
            workers=bench.settings.item_workers,
        )
        run_program(order, home / "order.json")
        found: dict[str, Any] = json.loads(Path(out, "decoded.json").read_text(encoding="utf-8"))
        with ThreadPoolExecutor(_HANDS) as hands:
            kept = hands.map(lambda image: _keep(bench.blobs, Path(out), image), found["images"])
            found["images"] = list(kept)
    return found


def _keep(blobs: Blobs, out: Path, image: dict[str, Any]) -> dict[str, Any]:
    kept = {
        what: blobs.put([(out / f"{image['number']}.{what}").read_bytes()])
        for what in ("original", "outgoing", "thumbnail")
    }
    digests = {what: blob.digest for what, blob in kept.items()}
    return {**image, **digests, "size_bytes": kept["original"].size}


def apply(session: Session, payload: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Add the images that are new, and say which show the same as an earlier one."""
    row = session.get_one(ImportRow, payload["import"], with_for_update=True)
    known = store.named(session, row.project_id)
    faults, new = list(found["faults"]), []
    for image in found["images"]:
        digest = known.get(image["name"])
        if digest is None:
            new.append(image)
            known[image["name"]] = image["original"]
        elif digest == image["original"]:
            row.known += 1
        else:
            faults.append(_name_taken(image["name"]))
    faults += _add(session, row, new)
    row.images, row.added = found["total"], len(new)
    row.findings = faults[:_MOST_FINDINGS]
    row.state = "done" if found["images"] else "failed"
    row.ended = clock.now()
    facts: dict[str, Fact] = {"added": row.added, "known": row.known, "faults": len(faults)}
    record(session, SYSTEM, f"images.import-{row.state}", subject=row.id, facts=facts)


def _add(session: Session, row: ImportRow, new: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Add images; return what is to be said of those that look like one of another tier."""
    if not new:
        return []
    before = store.likenesses(session, row.project_id)
    ids = [known.id for known in before] + [new_id("ast") for _ in new]
    texts = [known.likeness for known in before] + [image["likeness"] for image in new]
    sequences = [known.sequence for known in before] + [row.sequence] * len(new)
    likenesses = np.array([int(text, 16) for text in texts], np.uint64)
    places = {known.id: place for place, known in enumerate(before)}
    known = [places.get(found.duplicate_of or "", place) for place, found in enumerate(before)]
    first = first_alike(likenesses, sequences=sequences, known=known)
    now = clock.now()
    values = [
        {
            "id": ids[place],
            "project_id": row.project_id,
            "name": image["name"],
            "sequence": row.sequence,
            "original": image["original"],
            "outgoing": image["outgoing"],
            "thumbnail": image["thumbnail"],
            "size_bytes": image["size_bytes"],
            "width": image["width"],
            "height": image["height"],
            "likeness": image["likeness"],
            "duplicate_of": None if first[place] == place else ids[first[place]],
            "strata": image["strata"],
            "tier": row.tier,
            "created": now,
            "version": 1,
        }
        for place, image in enumerate(new, len(before))
    ]
    session.execute(insert(AssetRow), values)
    return [
        _in_two_tiers(image["name"], before[first[place]])
        for place, image in enumerate(new, len(before))
        if first[place] < len(before) and before[first[place]].tier != row.tier
    ]


def give_up(session: Session, payload: Mapping[str, Any], error: str) -> None:
    """Say that the images could not be taken in; the reason stays inside."""
    del error
    row = session.get_one(ImportRow, payload["import"])
    row.state, row.ended = "failed", clock.now()
    row.findings = [
        {
            "item": "",
            "rule": "import-too-costly",
            "message": "Taking the images in was given up after several attempts.",
            "remedy": "Try again with fewer at once. If it happens again, see the service's log.",
        }
    ]
    record(session, SYSTEM, "images.import-failed", subject=row.id)


def _in_two_tiers(name: str, other: store.Known) -> dict[str, str]:
    return {
        "item": name,
        "rule": "image-in-two-tiers",
        "message": f"The image looks like {other.name}, which is in the tier {other.tier}.",
        "remedy": "Keep one of them: a model that learns from an image must not be judged by it.",
    }


def _name_taken(name: str) -> dict[str, str]:
    return {
        "item": name,
        "rule": "name-taken",
        "message": "Another image of the project has this name.",
        "remedy": "Rename the image, or leave it out if it was changed by mistake.",
    }


IMPORT_IMAGES = JobKind(
    name=IMPORT,
    summary="Decodes images that came in, and keeps what may leave the house.",
    work=work,
    apply=apply,
    give_up=give_up,
)
