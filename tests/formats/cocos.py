"""COCO files made by hand, for tests."""

import json
from pathlib import Path
from typing import Any

from assay.delivery import Delivery
from assay.formats import open_delivery
from maps import TINY

CATEGORIES = [{"id": label.id, "name": label.name} for label in TINY.classes]
SQUARE = [1, 1, 5, 1, 5, 4, 1, 4]


def image(number: int = 1, name: str = "a.jpg", **more: Any) -> dict[str, Any]:
    return {"id": number, "file_name": name, "height": 6, "width": 8, **more}


def annotation(segmentation: object = None, **more: Any) -> dict[str, Any]:
    shape = [SQUARE] if segmentation is None else segmentation
    return {"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "segmentation": shape, **more}


def document(
    *annotations: dict[str, Any],
    images: list[dict[str, Any]] | None = None,
    categories: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "images": [image()] if images is None else images,
        "annotations": list(annotations),
        "categories": CATEGORIES if categories is None else categories,
    }


def opened(folder: Path, content: dict[str, Any] | str | bytes) -> Delivery:
    """Return a COCO delivery of that content; a text replaces the whole file."""
    text = json.dumps(content) if isinstance(content, dict) else content
    path = folder / "labels.json"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return open_delivery(path, TINY, format="coco")
