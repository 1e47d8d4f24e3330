"""Reading one uploaded picture: ``python -m assay.service.projects.picturing FILE``.

The server decodes no picture. This program does, in a worker that may die, and leaves the picture
as it may be shown: upright, no larger than a page shows it, with its pixels and nothing else.
"""

import json
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assay.assess.walk import walk
from assay.assess.workers import Lost
from assay.formats.photograph import read_photograph
from assay.service import programs
from assay.service.assets.reencoding import encode
from assay.service.problems import ServiceError

#: Longest side of a picture on a page.
MOST_SIDE = 1280

#: Pictures that are read at once; each may take a gibibyte.
_TURNS = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Picture:
    """A picture that may be shown.

    Parameters
    ----------
    data
        A JPEG of our own making.
    width, height
        Its size in pixels.
    """

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Order(programs.Order):
    """What is to be read.

    Parameters
    ----------
    upload
        What came in.
    out
        Folder for what becomes of it: ``picture.jpg`` and ``read.json``.
    """

    upload: Path
    out: Path


def read_picture(data: bytes) -> Picture:
    """Return an uploaded picture as it may be shown, read in a process of its own.

    Raises
    ------
    ServiceError
        When it cannot be read; the message says what to send instead.
    """
    with _TURNS, TemporaryDirectory(prefix="assay-picture-") as folder:
        home = Path(folder)
        order = Order(home / "upload", home)
        order.upload.write_bytes(data)
        programs.run_program(order, home / "order.json")
        read = json.loads((home / "read.json").read_text(encoding="utf-8"))
        if "fault" in read:
            raise ServiceError(read["fault"])
        return Picture((home / "picture.jpg").read_bytes(), read["width"], read["height"])


def _read(order: Order) -> dict[str, Any]:
    results = walk(["picture"], partial(_read_one, order), workers=1)
    for _, result in results:
        if isinstance(result, Lost):
            message = (
                f"Reading the picture was stopped because {result.reason}. Send a smaller one."
            )
            return {"fault": message}
        return result
    raise AssertionError("One key has one result.")


def _read_one(order: Order, key: str) -> dict[str, Any]:
    photograph = read_photograph(key, order.upload.read_bytes(), max_side=MOST_SIDE)
    if photograph.pixels is None:
        finding = photograph.findings[0]
        return {"fault": f"{finding.message} Send a JPEG, PNG, TIFF or WebP that viewers open."}
    (order.out / "picture.jpg").write_bytes(encode(photograph.pixels, "jpeg"))
    height, width, _ = photograph.pixels.shape
    return {"width": width, "height": height}


def _answer(order: Order) -> None:
    (order.out / "read.json").write_text(json.dumps(_read(order)), encoding="utf-8")


if __name__ == "__main__":
    programs.obey(Order, _answer)
