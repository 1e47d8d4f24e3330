"""``assay convert``: from every format to every other, with the loss stated in pixels."""

import json
from pathlib import Path

import pytest

from assay.formats import FORMATS
from cli.conftest import Run

WRITTEN = [entry.name for entry in FORMATS if entry.write is not None]

#: Options under which a format writes other bytes for the same pixels.
OPTIONS = [
    ("coco", "encoding=rle-uncompressed"),
    ("coco", "encoding=polygons"),
    ("index-png", "palette=true"),
    ("index-png", "least_depth=4"),
    ("index-png", "least_depth=16"),
]


def convert(run: Run, simulated: Path, source: Path, target: Path, *more: str) -> str:
    outcome = run("convert", source, target, "--ontology", simulated / "ontology.toml", *more)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


def kept(out: str, name: str) -> bool:
    pixels = f"{4 * 64 * 128:,}"
    return out == f"4 of 4 items written as {name}; 0 of {pixels} pixels differ when read back.\n"


@pytest.fixture(scope="session")
def forms(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reference in every format that can be written; made through the library."""
    from assay.formats import open_delivery, read_ontology, write_delivery

    folder = tmp_path_factory.mktemp("forms")
    classes = read_ontology(simulated / "ontology.toml")
    delivery = open_delivery(simulated / "reference", classes)
    for name in WRITTEN:
        maps = [(i.key, i.reading.label_map) for i in delivery if i.reading.label_map is not None]
        write_delivery(maps, folder / name, classes, format=name)
    return {name: folder / name for name in WRITTEN}


@pytest.mark.parametrize("target", WRITTEN)
@pytest.mark.parametrize("source", WRITTEN)
def test_no_pixel_is_lost_from_any_format_to_any_other(
    simulated: Path, forms: dict[str, Path], tmp_path: Path, run: Run, source: str, target: str
) -> None:
    said = convert(run, simulated, forms[source], tmp_path / "out", "--from", source, "--to",
                   target)  # fmt: skip
    assert kept(said, target)


@pytest.mark.parametrize("source", WRITTEN)
def test_what_was_written_is_recognised_without_being_named(
    simulated: Path, forms: dict[str, Path], tmp_path: Path, run: Run, source: str
) -> None:
    assert kept(convert(run, simulated, forms[source], tmp_path / "o", "--to", "index-png"),
                "index-png")  # fmt: skip


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_no_pixel_is_lost_whatever_the_options(
    simulated: Path, tmp_path: Path, run: Run, name: str, option: str
) -> None:
    said = convert(run, simulated, simulated / "reference", tmp_path / "out", "--to", name,
                   "--option", option)  # fmt: skip
    assert kept(said, name)


def test_a_converted_delivery_is_judged_as_before(
    simulated: Path, tmp_path: Path, run: Run
) -> None:
    convert(run, simulated, simulated / "delivery-northlight", tmp_path / "coco", "--to", "coco")
    before, after = (
        json.loads(
            run("evaluate", simulated / "reference", candidate, "--ontology",
                simulated / "ontology.toml", "--json", "-").out
        )
        for candidate in (simulated / "delivery-northlight", tmp_path / "coco")
    )  # fmt: skip
    assert after["confusion"] == before["confusion"]
    assert after["candidate_digest"] == before["candidate_digest"]


def test_an_unreadable_item_is_said_and_left_out(pilot: Path, tmp_path: Path, run: Run) -> None:
    (pilot / "reference" / "street-0003.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    given = ("convert", pilot / "reference", tmp_path / "out", "--to", "voc", "--ontology",
             pilot / "ontology.toml")  # fmt: skip
    outcome = run(*given, "--fail-on", "error")
    assert outcome.code == 1
    assert outcome.err.startswith("error ")
    assert "street-0003: " in outcome.err
    assert outcome.out.startswith("3 of 4 items written as voc; 0 of ")


def test_several_options_that_contradict_each_other_are_refused(
    simulated: Path, tmp_path: Path, run: Run
) -> None:
    outcome = run("convert", simulated / "reference", tmp_path / "out", "--to", "index-png",
                  "--ontology", simulated / "ontology.toml",
                  "--option", "palette=true", "--option", "least_depth=16")  # fmt: skip
    assert outcome.code == 2
    assert "at most 8 bits" in outcome.err
