"""Kernels are loaded before workers are forked, also those that read the delivery's format."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assay import LabelMap
from assay.assess import Plan
from assay.assess.warming import warm
from assay.formats import FORMATS, open_delivery, write_delivery
from assess.deliveries import in_memory
from maps import TINY

PROGRAM = """
from pathlib import Path
from assay import LabelMap, kernels
from assay.assess import Plan
from assay.assess.warming import warm
from assay.formats import open_delivery, read_ontology
classes = read_ontology(Path("ontology.json"))
delivery = open_delivery(Path("labels"), classes)
warm([delivery], Plan(measures=("overlap",)), classes)
loaded = {kernel: len(kernel.signatures)
          for room in (kernels.png, kernels.pairs, kernels.runs)
          for kernel in vars(room).values() if hasattr(kernel, "signatures")}
assert delivery.read("a").label_map.pixels == 6
print([kernel.__name__ for kernel, count in loaded.items() if len(kernel.signatures) != count])
"""


def test_reading_an_item_loads_no_kernel_that_is_not_warm(tmp_path: Path) -> None:
    (tmp_path / "ontology.json").write_text(json.dumps(TINY.to_document()))
    label_map = LabelMap.from_dense([[1, 1, 2], [0, 3, 3]])
    write_delivery([("a", label_map)], tmp_path / "labels", TINY, format="index-png")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.stdout.decode(), done.stderr.decode()) == ("[]\n", "")


@pytest.mark.parametrize("name", FORMATS.names())
def test_every_format_is_warmed_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    label_map = LabelMap.from_dense([[1, 1, 2], [0, 3, 3]])
    write_delivery([("a", label_map)], tmp_path / "labels", TINY, format=name)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    warm([open_delivery(tmp_path / "labels", TINY, format=name)], Plan(), TINY)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_full_disk_does_not_stop_a_judgement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/proc/no-such-folder")
    warm([in_memory("v", {"a": "11"})], Plan(), TINY)
