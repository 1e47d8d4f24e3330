"""A package says what a vendor is to know, and its bytes say nothing more."""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assay.formats.source import open_source
from assay.service.batches.packing import Assignment, write_package

ASSIGNMENT = Assignment(
    batch="bat_x",
    encoding="png",
    format="index-png",
    ontology='[[class]]\nname = "road"\n',
    guideline="# Roads\n",
    guideline_number=3,
    pictures=("pictures/01.jpg",),
    images=(("aa", 10, 20), ("bb", 30, 40)),
)
PICTURES = (("pictures/01.jpg", b"picture"),)
IMAGES = (("aa", b"first"), ("bb", b"second"))


def packed(
    assignment: Assignment = ASSIGNMENT, images: Sequence[tuple[str, bytes]] = IMAGES
) -> bytes:
    file = io.BytesIO()
    write_package(file, assignment, PICTURES, images)
    return file.getvalue()


def test_the_same_content_is_the_same_bytes() -> None:
    assert packed() == packed()


def test_every_entry_looks_like_every_other() -> None:
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        looks = {
            (
                entry.date_time,
                entry.external_attr,
                entry.create_system,
                entry.create_version,
                entry.extract_version,
                entry.flag_bits,
                entry.compress_type,
                entry.extra,
                entry.comment,
                entry.internal_attr,
            )
            for entry in archive.infolist()
        }
    assert len(looks) == 1


def test_it_encloses_guideline_and_classes_and_lists_what_is_expected(tmp_path: Path) -> None:
    (tmp_path / "package.zip").write_bytes(packed())
    # Our own strict reader takes it.
    source = open_source(tmp_path / "package.zip")
    assert not source.findings
    assert source.read("guideline.md") == b"# Roads\n"
    assert source.read("ontology.toml").startswith(b"[[class]]")
    assert source.read("images/bb.png") == b"second"
    manifest = json.loads(source.read("manifest.json"))
    assert manifest["items"][1] == {
        "item": "bb",
        "file": "images/bb.png",
        "height": 30,
        "width": 40,
    }
    assert b"in the format index-png" in source.read("README.txt")


def test_other_images_than_listed_are_our_fault() -> None:
    with pytest.raises(AssertionError):
        packed(images=IMAGES[:1])
    assert packed(replace(ASSIGNMENT, images=ASSIGNMENT.images[:1]), IMAGES[:1])
