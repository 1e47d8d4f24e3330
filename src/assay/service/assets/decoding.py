"""Reading images that came in: ``python -m assay.service.assets.decoding FILE``.

The server decodes no image. This program does, each in a worker that may die, and leaves what
leaves the house, a thumbnail and what the image shows in a folder.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.assess.walk import walk
from assay.assess.workers import Lost
from assay.delivery import Finding
from assay.drift.looks import Look, look_of
from assay.errors import MalformedError, SourceError
from assay.formats.source import Source, open_source
from assay.render.document import dump
from assay.service import programs
from assay.service.assets.likeness import likeness_of
from assay.service.assets.reencoding import Encoding, reencode
from assay.service.assets.thumbnails import thumbnail

_IMAGES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp")

#: Side of the picture whose brightness and the like are measured.
_LOOK_SIDE = 512


@dataclass(frozen=True)
class Order(programs.Order):
    """Which images are to be read.

    Parameters
    ----------
    source
        Archive, folder or one image.
    out
        Folder for what is found: ``decoded.json``, and for the image of each number ``N.original``,
        ``N.outgoing`` and ``N.thumbnail``.
    start, count
        Which images of the source, in the order of their names: so many from that on.
    name
        Name of a source that is one image; where it lies it may have another.
    encoding
        The project's choice for what leaves the house.
    workers
        Processes that read images; 0 for one per processor.
    """

    source: Path
    out: Path
    start: int
    count: int
    name: str
    encoding: Encoding
    workers: int


def decode(order: Order) -> None:
    """Read images and leave what was found in the order's folder."""
    try:
        source = open_source(order.source)
    except SourceError as error:
        _leave(order, [], 0, [_fault("", "source-unreadable", str(error), "Send it again.")])
        return
    names = [entry for entry in source.entries if is_image(entry)]
    if list(source.entries) == [order.source.name]:
        # One file that is no archive: an image, whatever it is called where it lies.
        names = list(source.entries)
    part = names[order.start : order.start + order.count]
    numbers = {name: number for number, name in enumerate(part)}
    task = partial(_decode_one, source, order, numbers)
    images: list[dict[str, Any]] = []
    faults = [_told(finding) for finding in source.findings]
    for name, result in walk(part, task, workers=order.workers):
        shown = order.name if name == order.source.name else name
        if isinstance(result, Lost):
            message = f"Reading the image was stopped because {result.reason}."
            faults.append(_fault(shown, "image-too-costly", message, "Send a smaller copy."))
        elif "rule" in result:
            faults.append({**result, "item": shown})
        else:
            images.append({**result, "name": shown})
    _leave(order, images, len(names), faults)


def is_image(name: str) -> bool:
    """Say whether a file is taken for an image by its name.

    Examples
    --------
    >>> is_image("day-7/0001.JPG"), is_image("notes.txt")
    (True, False)
    """
    return name.lower().endswith(_IMAGES)


def _decode_one(source: Source, order: Order, numbers: dict[str, int], name: str) -> dict[str, Any]:
    try:
        data = source.read(name)
    except MalformedError as error:
        return _fault(name, error.rule, error.message, error.remedy)
    outgoing = reencode(name, data, encoding=order.encoding)
    pixels = outgoing.pixels
    if pixels is None:
        return _told(outgoing.findings[0])
    number = numbers[name]
    for what, content in (
        ("original", data),
        ("outgoing", outgoing.data),
        ("thumbnail", thumbnail(pixels)),
    ):
        (order.out / f"{number}.{what}").write_bytes(content)
    height, width, _ = pixels.shape
    return {
        "number": number,
        "width": width,
        "height": height,
        "likeness": f"{likeness_of(pixels):016x}",
        "strata": strata_of(look_of(_shrunk(pixels)), height=height, width=width),
    }


def strata_of(look: Look, *, height: int, width: int) -> dict[str, str]:
    """Return in which groups an image stands, by what it looks like.

    Examples
    --------
    >>> strata_of(Look(40.0, 30.0, 10.0, 3.0), height=1024, width=2048)
    {'light': 'dark', 'detail': 'soft', 'size': '2048x1024', 'stratum': 'dark, soft'}
    """
    light = "dark" if look.brightness < 64 else "bright" if look.brightness > 160 else "medium"
    detail = "soft" if look.sharpness < 5 else "sharp"
    size = f"{width}x{height}"
    return {"light": light, "detail": detail, "size": size, "stratum": f"{light}, {detail}"}


def _shrunk(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    picture = Image.fromarray(pixels)
    picture.thumbnail((_LOOK_SIDE, _LOOK_SIDE), Image.Resampling.BOX)
    return np.asarray(picture)


def _told(finding: Finding) -> dict[str, Any]:
    return _fault(finding.item, finding.rule, finding.message, finding.remedy)


def _fault(item: str, rule: str, message: str, remedy: str) -> dict[str, Any]:
    return {"item": item, "rule": rule, "message": message, "remedy": remedy}


def _leave(order: Order, images: list[dict[str, Any]], total: int, faults: list[Any]) -> None:
    document = {"images": images, "total": total, "faults": faults}
    (order.out / "decoded.json").write_text(dump(document), encoding="utf-8")


if __name__ == "__main__":
    programs.obey(Order, decode)
