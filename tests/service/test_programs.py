"""A program that a disk failed is no program that failed."""

from pathlib import Path

import pytest

from assay.errors import StorageUnavailableError
from assay.service.deliveries import judging
from assay.service.gold import reading
from assay.service.pilots import judging as pilots
from assay.service.programs import Order as AnyOrder
from assay.service.programs import run_program
from assay.service.projects.picturing import Order
from assay.sourcing import PilotTimes
from service.projects.guidelines import photograph


@pytest.mark.parametrize("name", ["read.json", "picture.jpg"])
def test_a_full_disk_is_told_by_a_program_and_by_its_workers(tmp_path: Path, name: str) -> None:
    order = Order(tmp_path / "upload", tmp_path)
    order.upload.write_bytes(photograph())
    (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(StorageUnavailableError, match="disk is full"):
        run_program(order, tmp_path / "order.json")


@pytest.mark.parametrize("gold", [None, Path("gold")])
def test_an_order_is_read_as_it_was_written(gold: Path | None) -> None:
    here = Path("/some/where")
    times = (PilotTimes(float("inf"), 1, 0, None),)
    orders: list[AnyOrder] = [
        judging.Order(here, here, "[[class]]", None, {"a": (24, 32)}, gold, "", 2),
        reading.Order(here, here, "[[class]]", "voc", {"a": "é"}, 1),
        pilots.Order(here, "P", ("x",), times, "", {"a": "b"}, 7, 0),
    ]
    for order in orders:
        assert type(order).from_json(order.to_json()) == order
