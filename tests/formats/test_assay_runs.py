import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelClass, LabelMap, Ontology
from assay.errors import MalformedError, ParameterError
from assay.formats import open_delivery, write_delivery
from assay.formats.assay_runs import (
    AssayRunsOptions,
    decode_runs,
    encode_runs,
    index_digest,
)
from corpus.assay_files import BROKEN_CACHES, DIGEST, resealed
from formats.archives import patched
from maps import TINY, adversarial_maps, dense_maps, drawn

MAP = drawn("1122 1333 ....")


def refusal(data: bytes, *, digest: bytes = DIGEST, size: int = TINY.size) -> str:
    with pytest.raises(MalformedError) as caught:
        decode_runs(data, digest, size=size)
    return caught.value.rule


@settings(max_examples=80, deadline=None)
@given(dense_maps(), st.sampled_from([0, 1, 9]))
def test_any_map_survives_unchanged(dense: NDArray[np.uint16], level: int) -> None:
    label_map = LabelMap.from_dense(dense)
    data = encode_runs(label_map, DIGEST, level=level)
    assert decode_runs(data, DIGEST, size=TINY.size) == label_map


@pytest.mark.parametrize("name", adversarial_maps())
def test_adversarial_maps_survive_unchanged(name: str) -> None:
    label_map = LabelMap.from_dense(adversarial_maps()[name])
    assert decode_runs(encode_runs(label_map, DIGEST), DIGEST, size=9) == label_map


def test_wide_maps_and_many_classes_survive_unchanged() -> None:
    wide = LabelMap.from_runs(2, 100_000, [70_000, 200_000], [3, 60_000])
    assert decode_runs(encode_runs(wide, DIGEST), DIGEST, size=65_000) == wide


@pytest.mark.parametrize("data", BROKEN_CACHES.values(), ids=BROKEN_CACHES)
def test_damaged_caches_are_refused(data: bytes) -> None:
    assert refusal(data) == "runs-broken"


def test_a_cache_of_other_classes_is_refused() -> None:
    assert refusal(encode_runs(MAP, bytes(32))) == "runs-ontology"


def test_colours_weights_and_definitions_do_not_invalidate_a_cache() -> None:
    repainted = Ontology(
        tuple(
            LabelClass(label.name, label.id, (n, n, n), weight=9.0, definition="new")
            for n, label in enumerate(TINY.classes)
        ),
        TINY.void_ids,
    )
    assert index_digest(repainted) == DIGEST
    assert index_digest(Ontology(TINY.classes[::-1], TINY.void_ids)) != DIGEST
    assert index_digest(Ontology(TINY.classes, (254,))) != DIGEST


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 200), st.binary(min_size=1, max_size=6), st.booleans())
def test_no_bytes_crash_the_reader(at: int, replacement: bytes, seal: bool) -> None:
    data = encode_runs(LabelMap.from_dense(adversarial_maps()["stripes"]), DIGEST, level=0)
    data = patched(data, at, replacement)
    try:
        label_map = decode_runs(resealed(data) if seal else data, DIGEST, size=TINY.size)
    except MalformedError:
        return
    assert label_map.values.max() < TINY.size


def test_a_delivery_is_written_detected_and_read_back(tmp_path: Path) -> None:
    maps = {"a": MAP, "night/b": drawn("4")}
    written = write_delivery(maps.items(), tmp_path / "cache", TINY, format="assay-runs")
    (tmp_path / "cache" / "notes.txt").write_text("hello")
    delivery = open_delivery(tmp_path / "cache", TINY)
    assert (written.items, delivery.format, delivery.keys) == (2, "assay-runs", ("a", "night/b"))
    read = pickle.loads(pickle.dumps(delivery))
    assert {item.key: item.reading.label_map for item in read} == maps
    assert [finding.rule for finding in delivery.findings] == ["ignored-file"]


def test_a_damaged_item_is_a_finding_and_the_others_are_read(tmp_path: Path) -> None:
    write_delivery([("a", MAP), ("b", MAP)], tmp_path / "c", TINY, format="assay-runs")
    (tmp_path / "c" / "a.runs").write_bytes(b"")
    first, second = open_delivery(tmp_path / "c", TINY)
    assert first.reading.label_map is None
    assert [(f.rule, f.item) for f in first.reading.findings] == [("runs-broken", "a")]
    assert second.reading.label_map == MAP


def test_options_out_of_range_and_foreign_maps_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="level is 13"):
        AssayRunsOptions(level=13)
    with pytest.raises(ParameterError, match="holds index 9"):
        write_delivery([("a", drawn("9"))], tmp_path / "c", TINY, format="assay-runs")
    assert list(tmp_path.iterdir()) == []
