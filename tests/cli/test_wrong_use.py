"""A caller's mistake is one line on standard error, exit code 2, and nothing written."""

import os
from pathlib import Path

import pytest

from cli.conftest import Run
from cli.running import Outcome, run_process
from cli.test_evaluate import arguments


def refused(outcome: Outcome) -> str:
    """Check that a mistake was refused in one line, and return what was said."""
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.startswith("assay: ")
    assert outcome.err.count("\n") == 1, outcome.err
    assert "Traceback" not in outcome.err
    return outcome.err


def test_a_mistake_is_one_line_without_a_traceback_in_a_real_process(simulated: Path) -> None:
    outcome = run_process(*arguments(simulated, "delivery-northligth"), "--json", "-")
    assert "Did you mean 'delivery-northlight'" in refused(outcome)


def test_a_missing_reference_is_refused(simulated: Path, run: Run) -> None:
    said = refused(run("evaluate", simulated / "gold", simulated / "delivery-northlight",
                       "--ontology", simulated / "ontology.toml"))  # fmt: skip
    assert f"There is no '{simulated / 'gold'}'" in said


def test_an_empty_folder_is_refused(simulated: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").mkdir()
    said = refused(run("evaluate", simulated / "reference", tmp_path / "empty", "--ontology",
                       simulated / "ontology.toml"))  # fmt: skip
    assert "'empty' holds no files" in said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[class]", "TOML"),
        ("", "class"),
        ('[[class]]\nname = "road"\nid = 1\ncolor = [1, 2, 3]\ncolour = 1\n', "'colour'"),
        ('[[class]]\nname = "road"\nid = "one"\ncolor = [1, 2, 3]\n', "one"),
        ('[[class]]\nname = "road"\nid = 1\ncolor = [1, 2]\n', "'road' is [1, 2]"),
        ("\x00\x01", ""),
    ],
)
def test_a_malformed_ontology_is_refused(
    simulated: Path, tmp_path: Path, run: Run, content: str, says: str
) -> None:
    path = tmp_path / "classes.toml"
    path.write_text(content)
    said = refused(run("evaluate", simulated / "reference", simulated / "delivery-northlight",
                       "--ontology", path))  # fmt: skip
    assert "classes.toml" in said
    assert says in said


def test_a_missing_ontology_is_refused(simulated: Path, run: Run) -> None:
    said = refused(run("evaluate", simulated / "reference", simulated / "delivery-northlight",
                       "--ontology", simulated / "ontolgy.toml"))  # fmt: skip
    assert "Did you mean 'ontology.toml'" in said


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--format", "index_png", "'index_png'. Did you mean index-png"),
        ("--reference-format", "bmp", "There is no format called 'bmp'"),
        ("--measures", "overlap,boundry_iou", "boundary_iou"),
        ("--fail-on", "errors", "--fail-on is 'errors'; give error, warning, info or never."),
        ("--json", "absent/report.json", "There is no folder absent"),
        ("--html", ".", ". is a folder"),
        ("--strata", "absent.csv", "absent.csv"),
        ("--images", "absent", "There is no 'absent'"),
        ("--further-reference", "absent", "There is no 'absent'"),
    ],
)
def test_a_wrong_option_is_refused_before_any_work(
    simulated: Path, run: Run, option: str, value: str, says: str
) -> None:
    assert says in refused(run(*arguments(simulated), option, value))


def test_two_results_on_standard_output_are_refused(simulated: Path, run: Run) -> None:
    said = refused(run(*arguments(simulated), "--json", "-", "--csv", "-"))
    assert "Two results would go to -" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_is_refused(
    simulated: Path, tmp_path: Path, run: Run
) -> None:
    tmp_path.chmod(0o500)
    said = refused(run(*arguments(simulated), "--json", tmp_path / "r.json"))
    assert "cannot be written (Permission denied)" in said


def test_a_file_that_cannot_be_made_is_refused_and_leaves_nothing(
    simulated: Path, tmp_path: Path, run: Run
) -> None:
    outcome = run(*arguments(simulated), "--json", tmp_path / ("n" * 300))
    assert "cannot be written (File name too long)" in refused(outcome)
    assert list(tmp_path.iterdir()) == []


def test_control_codes_in_a_name_do_not_reach_the_terminal(simulated: Path, run: Run) -> None:
    said = refused(run("evaluate", simulated / "a\n\x1b[31mb", simulated / "reference",
                       "--ontology", simulated / "ontology.toml"))  # fmt: skip
    assert "\x1b" not in said


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("evaluate",),
        ("evaluat",),
        ("evaluate", "a", "b"),
        ("convert", "a", "b", "--ontology", "c"),
        ("simulate", "x", "--images", "0"),
        ("evaluate", "a", "b", "--ontology", "c", "--workers", "-1"),
        ("evaluate", "a", "b", "--ontology", "c", "--seed", "one"),
        ("formats", "--verbose"),
    ],
)
def test_arguments_that_do_not_parse_leave_with_2(run: Run, given: tuple[str, ...]) -> None:
    outcome = run(*given)
    assert outcome.code == 2
    assert "Usage: assay" in outcome.err + outcome.out
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "TOML"),
        ('name = "x"\nontology = "o"\nreference = "r"\n', "no [[vendor]]"),
        ('name = "x"\nontolgy = "o"\n', "Did you mean 'ontology'"),
    ],
)
def test_a_malformed_pilot_file_is_refused(tmp_path: Path, run: Run, text: str, says: str) -> None:
    path = tmp_path / "PILOT.toml"
    path.write_text(text)
    assert says in refused(run("pilot", path))


def test_a_missing_pilot_file_is_refused(tmp_path: Path, run: Run) -> None:
    assert "There is no pilot file" in refused(run("pilot", tmp_path / "PILOT.toml"))


def test_a_pilot_of_a_vendor_that_delivered_nothing_is_refused(pilot: Path, run: Run) -> None:
    (pilot / "delivery-pixelforge.zip").unlink()
    assert "There is no" in refused(run("pilot", pilot / "PILOT.toml"))


def test_results_of_a_pilot_cannot_go_into_a_file(simulated: Path, run: Run) -> None:
    said = refused(run("pilot", simulated / "PILOT.toml", "--out", simulated / "strata.csv"))
    assert "is a file. Give a folder" in said


@pytest.mark.parametrize("command", ["convert", "simulate", "demo"])
def test_what_exists_is_never_overwritten(
    simulated: Path, tmp_path: Path, run: Run, command: str
) -> None:
    target = tmp_path / "there"
    target.mkdir()
    (target / "precious").write_text("mine")
    given = {
        "convert": ("convert", simulated / "reference", target, "--to", "voc", "--ontology",
                    simulated / "ontology.toml"),
        "simulate": ("simulate", target, "--images", "1", "--height", "32", "--width", "32"),
        "demo": ("demo", "--out", target),
    }[command]  # fmt: skip
    assert "exists" in refused(run(*given))
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert (target / "precious").read_text() == "mine"


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("depth=8", "has no option 'depth'. Its options: palette, least_depth"),
        ("palette=yes", "give true or false"),
        ("least_depth=deep", "give a whole number"),
        ("least_depth=3", "give 1, 2, 4, 8 or 16"),
    ],
)
def test_a_wrong_setting_of_a_format_is_refused(
    simulated: Path, tmp_path: Path, run: Run, setting: str, says: str
) -> None:
    said = refused(run("convert", simulated / "reference", tmp_path / "out", "--to", "index-png",
                       "--ontology", simulated / "ontology.toml", "--option", setting))  # fmt: skip
    assert says in said
    assert list(tmp_path.iterdir()) == []


def test_a_misspelt_name_gets_its_neighbours(run: Run) -> None:
    assert "Did you mean" in refused(run("explain", "mean-iuo"))
    assert "Known: " in refused(run("explain", "qqqqqq"))
