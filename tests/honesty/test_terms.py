"""What a honesty file may say, and what is refused with the way out."""

import pytest

from assay.errors import AssayError
from assay.honesty.terms import HonestyTerms

WHOLE = """
name = "Batch 7"
ontology = "ontology.toml"
reference = "gold"
reference_format = "voc"
gold = "gold.csv"
preannotation = "drafts"
preannotation_format = "coco"
seeded = "seeded.csv"
timings = "timings.csv"
vertices = "vertices.csv"
level = 0.05
[[annotator]]
name = "Ann"
delivery = "ann.zip"
format = "coco"
earlier = ["ann-1", "ann-2"]
[[annotator]]
name = "Bob"
delivery = "bob"
[detectors.copied-shapes]
same_place = false
most_copies = 5
[detectors.excess-hours]
honest_factor = 2
"""


def test_every_field_is_read() -> None:
    terms = HonestyTerms.from_toml(WHOLE)
    assert (terms.name, terms.ontology, terms.level) == ("Batch 7", "ontology.toml", 0.05)
    assert (terms.reference, terms.reference_format, terms.gold) == ("gold", "voc", "gold.csv")
    assert (terms.preannotation, terms.preannotation_format) == ("drafts", "coco")
    assert (terms.seeded, terms.timings, terms.vertices) == (
        "seeded.csv", "timings.csv", "vertices.csv",
    )  # fmt: skip
    ann, bob = terms.parties
    assert (ann.name, ann.delivery, ann.format) == ("Ann", "ann.zip", "coco")
    assert ann.earlier == ("ann-1", "ann-2")
    assert (bob.format, bob.earlier) == (None, ())
    assert not terms.parameters["copied-shapes"].same_place
    assert terms.parameters["copied-shapes"].most_copies == 5
    assert terms.parameters["excess-hours"].honest_factor == 2


def test_only_name_ontology_and_one_annotator_are_required() -> None:
    text = 'name="B"\nontology="o"\n[[annotator]]\nname="A"\ndelivery="d"\n'
    terms = HonestyTerms.from_toml(text)
    assert terms.level == 0.01
    assert terms.parameters == {}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "Batch 7"', "name = ", "not valid TOML"),
        ('name = "Batch 7"\n', "", "lacks name"),
        ('ontology = "ontology.toml"', 'ontology = ""', "lacks ontology"),
        ('timings = "timings.csv"', 'timing = "t"', "Did you mean 'timings'"),
        ("level = 0.05", "level = 5", "level is 5"),
        ("level = 0.05", "level = 1.5", "level is 1.5"),
        ('preannotation = "drafts"\n', "", "give preannotation, too"),
        ('name = "Bob"', 'name = "Ann"', "Two annotators are called 'Ann'"),
        ('name = "Bob"', 'name = "reference"', "cannot be called 'reference'"),
        ('delivery = "bob"', "", "Annotator 2 of the honesty file lacks delivery"),
        ('delivery = "bob"', 'delivery = "bob"\nformats = "x"', "Did you mean 'format'"),
        ('earlier = ["ann-1", "ann-2"]', 'earlier = "ann-1"', "earlier is a list"),
        ("[detectors.copied-shapes]", "[detectors.copied-shape]", "Did you mean copied-shapes"),
        ("same_place = false", "same_places = false", "Did you mean 'same_place'"),
        ("same_place = false", "same_place = 0", "give true or false"),
        ("most_copies = 5", "most_copies = 5.5", "give a whole number"),
        ("honest_factor = 2", 'honest_factor = "2"', "give a number"),
        ("honest_factor = 2", "honest_factor = 0.5", "honest_factor is 0.5"),
    ],
)
def test_what_is_wrong_is_refused_with_the_way_out(old: str, new: str, message: str) -> None:
    assert old in WHOLE
    with pytest.raises(AssayError, match=message):
        HonestyTerms.from_toml(WHOLE.replace(old, new))


def test_nobody_and_tables_that_are_none_are_refused() -> None:
    for text in ('name="B"\nontology="o"', 'name="B"\nontology="o"\nannotator=[]'):
        with pytest.raises(AssayError, match=r"no \[\[annotator\]\]"):
            HonestyTerms.from_toml(text)
    with pytest.raises(AssayError, match=r"not an \[\[annotator\]\] table"):
        HonestyTerms.from_toml('name="B"\nontology="o"\nannotator=["x"]')
    with pytest.raises(AssayError, match="detectors is no table"):
        HonestyTerms.from_toml(
            'name="B"\nontology="o"\ndetectors=3\n[[annotator]]\nname="A"\ndelivery="d"\n'
        )
