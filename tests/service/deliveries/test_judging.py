"""Judging as a function: what it compares, and what it says."""

import errno
import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assay.assess import looking
from assay.delivery import Delivery
from assay.errors import StorageUnavailableError
from assay.formats.assay_runs import encode_runs, index_digest
from assay.labels import LabelMap
from assay.service.deliveries import judging
from assay.service.deliveries.judging import Order, judge
from assay.sourcing.policy import QualityPolicy
from formats.archives import tar_bytes, zip_bytes
from pngs import png
from service.deliveries.batches import ALIASES, GOLD, ONTOLOGY, TOML, archive, truth

RIGHT = {alias: truth(alias) for alias in ALIASES}


def ordered(home: Path, delivered: tuple[str, ...], gold: tuple[str, ...]) -> Order:
    """Return the order to judge right labels of some items, of which some are gold."""
    (home / "archive.zip").write_bytes(archive(home, {alias: truth(alias) for alias in delivered}))
    folder = home / "gold"
    folder.mkdir()
    for alias in gold:
        data = encode_runs(LabelMap.from_dense(truth(alias)), index_digest(ONTOLOGY))
        (folder / f"{alias}.runs").write_bytes(data)
    (home / "out").mkdir()
    return Order(
        archive=home / "archive.zip",
        out=home / "out",
        ontology=TOML,
        format="index-png",
        images=dict.fromkeys(ALIASES, (24, 32)),
        gold=folder if gold else None,
        terms=QualityPolicy().to_accept_toml(seed=1),
        workers=1,
    )


@pytest.mark.parametrize("gold", [GOLD, ()])
def test_every_item_is_compared_so_that_time_says_nothing_of_gold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gold: tuple[str, ...]
) -> None:
    compared: list[str] = []

    def spy(reference: Delivery, batch: Delivery, usable: list[str], *rest: Any) -> Any:
        compared.extend(key for key in usable if key in reference.key_set)
        return looking.looks_by_reference(reference, batch, usable, *rest)

    monkeypatch.setattr(judging, "looks_by_reference", spy)
    judge(ordered(tmp_path, ALIASES, gold))
    assert compared == list(ALIASES)
    items = json.loads((tmp_path / "out" / "judged.json").read_text("utf-8"))["items"]
    assert {alias for alias, item in items.items() if item["score"] is not None} == set(gold)


def test_gold_that_was_not_delivered_scores_nothing(tmp_path: Path) -> None:
    judge(ordered(tmp_path, ("a1", "b2"), GOLD))
    items = json.loads((tmp_path / "out" / "judged.json").read_text("utf-8"))["items"]
    assert (items["b2"]["score"], items["b2"]["severe"]) == (1.0, 0)
    assert (items["d4"]["score"], items["d4"]["severe"]) == (0.0, 1)
    assert items["a1"]["score"] is None


def judged(home: Path, archive: bytes, name: str = "archive.zip", **changed: Any) -> Any:
    """Judge bytes as a delivery of right labels would be; return what is found."""
    order = ordered(home, ALIASES, GOLD)
    (home / name).write_bytes(archive)
    judge(replace(order, archive=home / name, **changed))
    return json.loads((home / "out" / "judged.json").read_text("utf-8"))


def test_a_folder_around_the_labels_is_mere_packing(tmp_path: Path) -> None:
    maps = {f"export/masks/{alias}": truth(alias) for alias in ALIASES}
    files = {f"{key}.png": png(pixels, [0] * len(pixels)) for key, pixels in maps.items()}
    found = judged(tmp_path, zip_bytes(files))
    assert {alias: item["digest"] for alias, item in found["items"].items()} == {
        alias: LabelMap.from_dense(truth(alias)).digest for alias in ALIASES
    }
    assert found["items"]["b2"]["score"] == 1.0
    assert not found["findings"]
    named = {f["item"] for alias in ALIASES for f in found["items"][alias]["findings"]}
    assert named <= set(ALIASES)


def test_labels_of_another_size_than_their_image_are_an_error(tmp_path: Path) -> None:
    sizes = {**dict.fromkeys(ALIASES, (24, 32)), "a1": (24, 33)}
    found = judged(tmp_path, archive(tmp_path, RIGHT), images=sizes)
    wrong = {
        alias: [f["severity"] for f in item["findings"] if f["rule"] == "wrong-size"]
        for alias, item in found["items"].items()
    }
    assert wrong == {"a1": ["error"], "b2": [], "c3": [], "d4": []}


def test_a_full_disk_of_ours_is_no_fault_of_the_vendor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("assay.formats.archive_tar._copy", fail)
    with pytest.raises(StorageUnavailableError, match="no room"):
        judged(tmp_path, gzip.compress(tar_bytes({"a1.png": b""})), "labels.tgz")
