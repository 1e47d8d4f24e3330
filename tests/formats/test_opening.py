from pathlib import Path

import pytest

from assay.errors import OntologyError, SourceError, UnknownNameError
from assay.formats import FORMATS, RULES, open_delivery, read_ontology, write_delivery
from formats.archives import saved
from maps import TINY, drawn


def test_what_fits_no_format_is_named(tmp_path: Path) -> None:
    saved(tmp_path, "a.jpg", b"1")
    saved(tmp_path, "b.jpg", b"1")
    saved(tmp_path, "notes", b"1")
    with pytest.raises(SourceError, match=r"2 \.jpg, 1 \(no extension\) \(such as 'a\.jpg'\)"):
        open_delivery(tmp_path, TINY)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    saved(tmp_path, ".DS_Store", b"1")
    with pytest.raises(SourceError, match="no files besides hidden ones"):
        open_delivery(tmp_path, TINY)


def test_a_broken_archive_is_a_delivery_without_items(tmp_path: Path) -> None:
    delivery = open_delivery(saved(tmp_path, "acme.zip", b"PK\3\4"), TINY)
    assert (delivery.name, delivery.keys, len(delivery)) == ("acme.zip", (), 0)
    assert [finding.rule for finding in delivery.findings] == ["archive-broken"]
    with pytest.raises(SourceError, match="none at all"):
        delivery.read("a")


def test_refused_entries_are_findings_of_the_delivery(tmp_path: Path) -> None:
    write_delivery([("a", drawn("1"))], tmp_path / "d", TINY, format="assay-runs")
    (tmp_path / "d" / "b.runs").symlink_to("/etc/passwd")
    delivery = open_delivery(tmp_path / "d", TINY, name="Acme")
    assert (delivery.name, delivery.keys) == ("Acme", ("a",))
    assert [finding.rule for finding in delivery.findings] == ["entry-type"]


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="no format called 'cocoo'"):
        open_delivery(tmp_path, TINY, format="cocoo")


def test_every_format_and_rule_explains_itself() -> None:
    for spec in (*FORMATS, *RULES):
        assert spec.name == spec.name.lower()
        assert "\n" not in spec.summary
        assert len(spec.advice) > 30
    assert len(set(RULES.names())) == len(list(RULES.builtin()))


def test_ontologies_are_read_from_toml_and_json(tmp_path: Path) -> None:
    toml = saved(tmp_path, "o.toml", b'\xef\xbb\xbf[[class]]\nname="road"\nid=7\ncolor="#010203"\n')
    json = saved(tmp_path, "o.json", b'{"class": [{"name": "road", "id": 7, "color": [1, 2, 3]}]}')
    assert read_ontology(toml) == read_ontology(json)


def test_a_faulty_ontology_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match=r"^o\.toml: The ontology is not valid TOML"):
        read_ontology(saved(tmp_path, "o.toml", b"[[["))
    with pytest.raises(SourceError, match="not UTF-8"):
        read_ontology(saved(tmp_path, "o.toml", b"\xff"))
    with pytest.raises(SourceError, match="no ontology file"):
        read_ontology(saved(tmp_path, "o.yaml", b""))
    with pytest.raises(SourceError, match=r"Did you mean 'o\.toml'"):
        read_ontology(tmp_path / "o.tml")
