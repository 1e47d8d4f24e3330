"""``assay fuse`` as people run it."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from assay.cli.fuse import make_plan, with_weights
from assay.consensus.dawid_skene import DawidSkene
from assay.consensus.fusing import FusionPlan
from assay.consensus.voting import WeightedVoting
from assay.errors import ParameterError
from assay.formats import open_delivery, read_ontology
from assay.formats.png import decode_samples
from assay.render.document import read_schema
from cli.conftest import Run


def plan_of(method: str, *settings: str) -> FusionPlan:
    return make_plan(
        method,
        settings,
        neighbours=None,
        ties="skill",
        unlabelled="vote",
        void="vote",
        guard=True,
    )


@pytest.fixture
def panel(simulated: Path) -> list[str | Path]:
    deliveries = sorted(path for path in simulated.iterdir() if path.name.startswith("delivery-"))
    return [*deliveries, "--ontology", simulated / "ontology.toml"]


def test_a_delivery_and_uncertainty_maps_are_written(
    run: Run, panel: list[str | Path], simulated: Path, tmp_path: Path
) -> None:
    out, levels, document = tmp_path / "fused", tmp_path / "levels", tmp_path / "fused.json"
    done = run(
        "fuse", *panel, "--out", out, "--uncertainty", levels, "--json", document,
        "--reference", simulated / "reference", "--to", "coco",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    written = json.loads(document.read_text())
    Draft202012Validator(read_schema("fusion-1")).validate(written)
    assert written["method"] == "dawid-skene"
    ontology = read_ontology(simulated / "ontology.toml")
    fused = open_delivery(out, ontology)
    assert fused.format == "coco"
    assert len(fused.keys) == len(written["items"]) == 4
    pixels = decode_samples((levels / f"{fused.keys[0]}.png").read_bytes()).pixels
    assert pixels.max() <= 255
    assert pixels.mean() / 255 == pytest.approx(written["items"][0]["uncertainty"], abs=1e-3)
    assert written["score"]["value"] > written["annotators"][2]["score"]["value"]


def test_facts_are_said_one_a_line_in_a_pipe(run: Run, panel: list[str | Path]) -> None:
    done = run("fuse", *panel, "--method", "majority")
    assert done.out.startswith("3 annotators on 4 images agree on all but")
    assert "agreement with others" in done.out


def test_the_same_twice_gives_the_same_bytes(
    run: Run, panel: list[str | Path], tmp_path: Path
) -> None:
    for name in ("one", "two"):
        run("fuse", *panel, "--out", tmp_path / name, "--json", tmp_path / f"{name}.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--method", "majorty"], "Did you mean majority"),
        (["--set", "agreed=2"], "give NAME=VALUE, the name one of agreed_share"),
        (["--set", "rounds=many"], "give a whole number"),
        (["--ties", "road"], "give skill, unlabelled or void"),
        (["--weights", "x=2"], "takes no weights"),
        (["--method", "weighted", "--weights", "x=2"], "the name one of delivery-northlight"),
        (["--to", "gif", "--out", "fused"], "no format called 'gif'"),
    ],
)
def test_wrong_use_says_the_way_out(
    run: Run, panel: list[str | Path], arguments: list[str], says: str
) -> None:
    done = run("fuse", *panel, *arguments)
    assert done.code == 2
    assert says in done.err


def test_one_annotator_cannot_be_fused(run: Run, panel: list[str | Path]) -> None:
    done = run("fuse", panel[0], *panel[3:])
    assert done.code == 2
    assert "Give two or more" in done.err


def test_an_existing_folder_is_left_alone(
    run: Run, panel: list[str | Path], tmp_path: Path
) -> None:
    done = run("fuse", *panel, "--out", tmp_path)
    assert done.code == 2
    assert "exists and is not overwritten" in done.err
    assert not list(tmp_path.glob(".*"))


def test_settings_reach_the_method_and_the_plan() -> None:
    plan = plan_of("dawid-skene", "agreed_share=inf", "shared_errors=false", "contested_px=9")
    assert plan.parameters == DawidSkene(agreed_share=float("inf"), shared_errors=False)
    assert plan.contested_px == 9


def test_weights_are_by_name() -> None:
    plan = plan_of("weighted")
    weighed = with_weights(plan, "b=2.5", ("a", "b"))
    assert weighed.parameters == WeightedVoting((1.0, 2.5))
    with pytest.raises(ParameterError, match="give a number"):
        with_weights(plan, "b=heavy", ("a", "b"))
