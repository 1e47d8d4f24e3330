"""Work packages: one archive, whose bytes depend on nothing but what a vendor is to know.

Every entry has the same time, rights and form, and none is compressed by the archive, so the
archive adds nothing to the images' own bytes: those come from the one way out of the house
(:mod:`assay.service.assets.reencoding`).  The same content gives the same archive, byte for byte.
"""

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from assay.service.assets.reencoding import SUFFIXES, Encoding

#: The first moment that a zip can name.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_RIGHTS = 0o100644 << 16


@dataclass(frozen=True)
class Assignment:
    """What a vendor is to know of a batch.

    Parameters
    ----------
    batch
        Its identifier.
    encoding
        Encoding of its images.
    format
        Format in which labels are to come back.
    ontology
        The classes, as TOML.
    guideline
        What annotators read, as Markdown.
    guideline_number
        Its version.
    pictures
        Names of its pictures' files.
    images
        Alias, height and width of each image, in order.
    """

    batch: str
    encoding: Encoding
    format: str
    ontology: str
    guideline: str
    guideline_number: int
    pictures: Sequence[str]
    images: Sequence[tuple[str, int, int]]

    @property
    def manifest(self) -> str:
        """List what lies in the package and what is to come back, as JSON."""
        document = {
            "schema": "assay.work-package/1",
            "batch": self.batch,
            "format": self.format,
            "guideline": self.guideline_number,
            "items": [
                {
                    "item": alias,
                    "file": file_name(alias, self.encoding),
                    "height": height,
                    "width": width,
                }
                for alias, height, width in self.images
            ],
        }
        return json.dumps(document, indent=2) + "\n"

    @property
    def read_me(self) -> str:
        """Say to people what to do."""
        return (
            f"Work package {self.batch}\n\n"
            f"{len(self.images)} images lie in images/. Label each by guideline.md, with the "
            "classes of ontology.toml.\n"
            f"Send back one archive in the format {self.format}, in which every item has the name "
            "of its image without extension; manifest.json lists them.\n"
        )


def file_name(alias: str, encoding: Encoding) -> str:
    """Return where an image lies in a package."""
    return f"images/{alias}{SUFFIXES[encoding]}"


def write_package(
    file: BinaryIO,
    assignment: Assignment,
    pictures: Iterable[tuple[str, bytes]],
    images: Iterable[tuple[str, bytes]],
) -> None:
    """Write a work package.

    Parameters
    ----------
    file
        Where to; it must be able to seek.
    assignment
        What the vendor is to know.
    pictures, images
        Name and file of each picture, alias and file of each image, in the assignment's order; read
        one at a time.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, strict_timestamps=True) as archive:
        for name, text in (
            ("README.txt", assignment.read_me),
            ("guideline.md", assignment.guideline),
            ("manifest.json", assignment.manifest),
            ("ontology.toml", assignment.ontology),
        ):
            _add(archive, name, text.encode())
        shown = [_added(archive, name, name, data) for name, data in pictures]
        listed = [
            _added(archive, alias, file_name(alias, assignment.encoding), data)
            for alias, data in images
        ]
    expected = [alias for alias, _, _ in assignment.images]
    if listed != expected or shown != list(assignment.pictures):
        raise AssertionError("A package holds other images than it lists.")


def _added(archive: zipfile.ZipFile, key: str, name: str, data: bytes) -> str:
    _add(archive, name, data)
    return key


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = _UNIX
    entry.external_attr = _RIGHTS
    archive.writestr(entry, data)
