import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap
from assay.errors import MalformedError, ParameterError
from assay.formats import RULES, open_delivery, write_delivery
from assay.formats.assay_json import format_labels, parse_labels
from corpus.assay_files import BROKEN_FIELDS, BROKEN_TEXTS, GOOD, encoded
from maps import TINY, adversarial_maps, dense_maps, drawn


def refusal(document: object) -> str:
    data = document if isinstance(document, bytes) else encoded(document)
    with pytest.raises(MalformedError) as caught:
        parse_labels(data, TINY)
    return caught.value.rule


def test_rows_are_pairs_of_label_and_length() -> None:
    reading = parse_labels(encoded(GOOD), TINY)
    assert (reading.label_map, reading.findings) == (drawn("1111 1224"), ())


def test_the_text_has_one_line_per_row_of_pixels() -> None:
    assert format_labels(drawn("1111 122."), TINY) == (
        '{"schema":"assay.labels/1","height":2,"width":4,"labels":[null, "road", "car"],"rows":[\n'
        "[1,4],\n[1,1,2,2,0,1]\n]}\n"
    )


def test_equal_neighbours_are_merged() -> None:
    reading = parse_labels(encoded({**GOOD, "rows": [[1, 2, 1, 2], [0, 4]]}), TINY)
    assert reading.label_map == drawn("1111 ....")


def test_pixels_of_undeclared_names_are_counted_and_unlabelled() -> None:
    reading = parse_labels(encoded({**GOOD, "labels": [None, "road", "tram", 254]}), TINY)
    assert reading.label_map == drawn("1111 1...")
    assert [finding.rule for finding in reading.findings] == ["undeclared-class"]
    assert "'tram' (2 px), '254' (1 px)" in reading.findings[0].message


def test_undeclared_names_without_pixels_are_no_finding() -> None:
    assert (
        parse_labels(encoded({**GOOD, "labels": [None, "road", "car", 255, "x"]}), TINY).findings
        == ()
    )


@settings(max_examples=60, deadline=None)
@given(dense_maps())
def test_any_map_survives_unchanged(dense: NDArray[np.uint16]) -> None:
    label_map = LabelMap.from_dense(dense)
    assert parse_labels(format_labels(label_map, TINY).encode(), TINY).label_map == label_map


@pytest.mark.parametrize(("change", "rule"), BROKEN_FIELDS)
def test_broken_documents_are_refused(change: dict[str, Any], rule: str) -> None:
    assert refusal({**GOOD, **change}) == rule


@pytest.mark.parametrize(("data", "rule"), BROKEN_TEXTS.values(), ids=BROKEN_TEXTS)
def test_broken_texts_are_refused(data: bytes, rule: str) -> None:
    assert refusal(data) == rule


def test_maps_of_another_ontology_are_not_written() -> None:
    with pytest.raises(ParameterError, match="holds index 9"):
        format_labels(drawn("9"), TINY)


def test_a_delivery_is_written_detected_and_read_back(tmp_path: Path) -> None:
    maps = {name.replace(" ", "/"): LabelMap.from_dense(np.minimum(dense, 4))
            for name, dense in adversarial_maps().items()}  # fmt: skip
    written = write_delivery(maps.items(), tmp_path / "x", TINY, format="assay-json")
    delivery = open_delivery(tmp_path / "x", TINY)
    assert (written.items, delivery.format) == (len(maps), "assay-json")
    read = pickle.loads(pickle.dumps(delivery))
    assert {item.key: item.reading.label_map for item in read} == maps
    assert delivery.findings == ()


def test_a_damaged_item_is_a_finding_and_the_others_are_read(tmp_path: Path) -> None:
    write_delivery(
        [("a", drawn("1")), ("b", drawn("2"))], tmp_path / "x", TINY, format="assay-json"
    )
    (tmp_path / "x" / "a.json").write_text("{")
    first, second = open_delivery(tmp_path / "x", TINY)
    assert first.reading.label_map is None
    assert [(f.rule, f.item) for f in first.reading.findings] == [("json-syntax", "a")]
    assert second.reading.label_map == drawn("2")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_edit_crashes_the_reader(data: st.DataObject) -> None:
    text = bytearray(encoded(GOOD))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        piece = st.one_of(st.binary(max_size=2), st.sampled_from([b"-1", b"1e9", b"null", b"[]"]))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(piece)
    try:
        reading = parse_labels(bytes(text), TINY)
    except MalformedError as error:
        assert error.rule in set(RULES.names())
        return
    assert reading.label_map is not None
