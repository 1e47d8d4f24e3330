"""Images that differ, files of them, and a project that has them."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.service.assets.likeness import likeness_of
from assay.service.assets.reencoding import encode
from service.house import House
from staging import rows

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}


def picture(number: int, *, height: int = 24, width: int = 32) -> NDArray[np.uint8]:
    """Return an image of smooth blobs, unlike that of any other number."""
    coarse = np.random.default_rng(number).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    large = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(large)


def png(pixels: NDArray[np.uint8], **more: Any) -> bytes:
    """Return an image as a PNG file."""
    return encoded(pixels, "PNG", **more)


def encoded(pixels: NDArray[np.uint8], kind: str, **more: Any) -> bytes:
    """Return an image as a file of some kind."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **more)
    return file.getvalue()


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def begin(house: House) -> str:
    """Begin a project and return its identifier."""
    return str(house.lead.made("/projects", PROJECT)["id"])


def bring(
    house: House, project: str, data: bytes, *, name: str = "images.zip", **more: str
) -> dict[str, Any]:
    """Upload an archive or image, let it be taken in, and return the import."""
    params = {"file_name": name, **more}
    path = f"/projects/{project}/imports"
    begun = house.lead.made(f"{path}/upload", content=data, params=params)
    house.work()
    found: dict[str, Any] = house.lead.seen(f"{path}/{begun['id']}")
    return found


def bring_pictures(
    house: House, project: str, count: int, *, start: int = 0, tier: str = "training"
) -> None:
    """Write so many unlike images into the database, as an import would, but at once."""
    blobs = house.app.state.blobs
    with house.app.state.database.writing() as session:
        for number in range(start, start + count):
            data = png(picture(number))
            kept = blobs.put([data]).digest
            session.add(
                rows.asset(
                    project,
                    f"p{number:04}.png",
                    original=kept,
                    outgoing=blobs.put([encode(picture(number), "png")]).digest,
                    thumbnail=kept,
                    size_bytes=len(data),
                    likeness=f"{likeness_of(picture(number)):016x}",
                    strata={"stratum": "medium, soft"},
                    tier=tier,
                )
            )


def assets(house: House, project: str, **params: Any) -> list[dict[str, Any]]:
    """Return the images of a project."""
    params = {"limit": 200, **params}
    listed: list[dict[str, Any]] = house.lead.seen(f"/projects/{project}/assets", params=params)[
        "items"
    ]
    return listed
