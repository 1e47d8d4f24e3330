"""Relations between classes, and what an ontology refuses of them."""

import pytest

from assay import LabelClass, Ontology
from assay.errors import OntologyError


def classes(**inside: tuple[str, ...]) -> tuple[LabelClass, ...]:
    return tuple(
        LabelClass(name, place, (place, 0, 0), inside=around)
        for place, (name, around) in enumerate(inside.items(), 1)
    )


def test_relations_survive_a_document() -> None:
    ontology = Ontology(
        (
            LabelClass("car", 1, (1, 1, 1), minimum_width_px=3),
            LabelClass("plate", 2, (2, 2, 2), inside=("car",), next_to=("car",)),
        )
    )
    document = ontology.to_document()
    assert document["class"][1]["inside"] == ["car"]
    assert "inside" not in document["class"][0]
    assert Ontology.from_document(document) == ontology


def test_relations_are_read_from_toml() -> None:
    text = """
        class = [
            {name = "car", id = 1, color = "#010101"},
            {name = "plate", id = 2, color = "#020202", inside = ["car"]},
        ]
    """
    assert Ontology.from_toml(text).classes[1].inside == ("car",)


@pytest.mark.parametrize("field", ["inside", "next_to"])
def test_an_unknown_class_in_a_relation_is_refused_with_the_nearest(field: str) -> None:
    with pytest.raises(OntologyError, match=rf"'plate' has 'cra' in {field}.*mean 'car'"):
        Ontology(
            (
                LabelClass("car", 1, (1, 1, 1)),
                LabelClass("plate", 2, (2, 2, 2), **{field: ("cra",)}),  # type: ignore[arg-type]  # a field by name
            )
        )


def test_a_class_inside_itself_is_refused() -> None:
    with pytest.raises(OntologyError, match="'car' names itself in inside"):
        Ontology(classes(car=("car",)))


def test_classes_that_lie_only_inside_each_other_are_refused() -> None:
    with pytest.raises(OntologyError, match=r"in a circle \('a' in \['b'\], 'b' in \['a'\]\)"):
        Ontology(classes(road=(), a=("b",), b=("a",)))


def test_a_circle_with_a_way_out_is_allowed() -> None:
    assert Ontology(classes(road=(), a=("b", "road"), b=("a",))).names == ("road", "a", "b")


@pytest.mark.parametrize("value", ["car", ["car"], (1,)])
def test_what_is_no_list_of_names_is_refused(value: object) -> None:
    with pytest.raises(OntologyError, match="a list of class names"):
        LabelClass("plate", 1, (1, 1, 1), inside=value)  # type: ignore[arg-type]  # a field by name


def test_a_width_below_one_pixel_is_refused() -> None:
    with pytest.raises(OntologyError, match="minimum_width_px 0; give 1 to 1000"):
        LabelClass("road", 1, (1, 1, 1), minimum_width_px=0)
