"""A program that a disk failed is no program that failed."""

from pathlib import Path

import pytest

from assay.errors import StorageUnavailableError
from assay.service.programs import run_program
from assay.service.projects.picturing import Order
from service.projects.guidelines import photograph


@pytest.mark.parametrize("name", ["read.json", "picture.jpg"])
def test_a_full_disk_is_told_by_a_program_and_by_its_workers(tmp_path: Path, name: str) -> None:
    order = Order(tmp_path / "upload", tmp_path)
    order.upload.write_bytes(photograph())
    (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(StorageUnavailableError, match="disk is full"):
        run_program("assay.service.projects.picturing", order.to_json(), tmp_path / "order.json")
