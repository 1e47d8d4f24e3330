"""``assay fuse``: one delivery made of several annotators'."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from assay.assess.exhibits import Photographs
from assay.assess.fuse import FusedMap, fuse
from assay.assess.panel import Panel, name_apart
from assay.cli.output import Outputs, check_fail_on, exit_by_findings, progress, publish
from assay.cli.settings import typed
from assay.cli.warming import announce_compilation
from assay.consensus.fusing import FusionPlan
from assay.consensus.registry import FUSION_METHODS
from assay.consensus.report import FusionReport
from assay.errors import ParameterError, SourceError
from assay.formats import open_delivery, read_ontology, write_delivery
from assay.formats.level_maps import LevelFolder, write_levels
from assay.labels import LabelMap

if TYPE_CHECKING:
    from rich.console import Console


def run_fuse(
    annotators: tuple[Path, ...],
    *,
    ontology: Path,
    out: Path | None,
    to: str,
    plan: FusionPlan,
    weights: str,
    annotators_format: str,
    uncertainty: Path | None,
    reference: Path | None,
    images: Path | None,
    outputs: Outputs,
    fail_on: str,
    workers: int,
) -> None:
    """Fuse, write what was asked for, and leave with the documented code."""
    check_fail_on(fail_on)
    outputs.check()
    _check_folders(out, uncertainty)
    classes = read_ontology(ontology)
    names = name_apart([str(path) for path in annotators])
    panel = Panel(
        tuple(
            open_delivery(path, classes, format=annotators_format or None, name=name)
            for path, name in zip(annotators, names, strict=True)
        )
    )
    plan = plan if not weights else with_weights(plan, weights, names)
    with announce_compilation(), progress("Fusing") as advance:

        def keep(maps: Iterator[FusedMap]) -> None:
            levels: AbstractContextManager[LevelFolder | None] = (
                nullcontext() if uncertainty is None else write_levels(uncertainty)
            )
            with levels as folder:
                labels = _labels_of(maps, folder)
                if out is None:
                    for _ in labels:
                        pass
                else:
                    write_delivery(labels, out, classes, format=to)

        report = fuse(
            panel,
            plan,
            keep=keep,
            reference=None if reference is None else open_delivery(reference, classes),
            photographs=None if images is None else _photographs(images),
            workers=workers,
            progress=advance,
        )
    publish_fusion(report, outputs)
    exit_by_findings([*report.warnings, *(finding for _, finding in report.findings)], fail_on)


def _labels_of(
    maps: Iterator[FusedMap], folder: LevelFolder | None
) -> Iterator[tuple[str, LabelMap]]:
    """Yield labels for one writer; the uncertainty is written on the way."""
    for fused in maps:
        if folder is not None:
            folder.write(fused.key, fused.uncertainty)
        yield fused.key, fused.labels


def publish_fusion(report: FusionReport, outputs: Outputs) -> None:
    """Write the asked forms; the terminal form goes to standard output unless that is taken."""

    def json() -> str:
        from assay.render.consensus.document import fusion_document
        from assay.render.document import dump

        return dump(fusion_document(report))

    def html() -> str:
        from assay.render.consensus.page import fusion_page

        return fusion_page(report)

    def terminal(console: "Console") -> None:
        from assay.render.consensus.terminal import show_fusion

        show_fusion(report, console)

    publish(outputs, json=json, html=html, terminal=terminal)


def make_plan(
    method: str,
    settings: tuple[str, ...],
    *,
    neighbours: bool | None,
    ties: str,
    unlabelled: str,
    void: str,
    guard: bool,
) -> FusionPlan:
    """Return the plan that options ask for.

    ``settings`` are ``name=value`` texts: parameters of the method, or other fields of the plan.

    Raises
    ------
    ParameterError
        When a name is unknown or a value is not of its kind.
    """
    spec = FUSION_METHODS.get(method)
    of_method = get_type_hints(spec.parameters)
    of_plan = {
        field.name: get_type_hints(FusionPlan)[field.name]
        for field in fields(FusionPlan)
        if field.name.startswith("contested_") or field.name == "confidence"
    }
    chosen: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or name not in of_method | of_plan:
            known = ", ".join((*of_method, *of_plan))
            raise ParameterError(f"--set is {setting!r}; give NAME=VALUE, the name one of {known}.")
        if name in of_method:
            chosen[name] = typed(name, value, of_method[name])
        else:
            rest[name] = typed(name, value, of_plan[name])
    words: dict[str, Any] = {"ties": ties, "unlabelled": unlabelled, "void": void}
    return FusionPlan(
        method, spec.parameters(**chosen), neighbours=neighbours, guard=guard, **words, **rest
    )


def with_weights(plan: FusionPlan, weights: str, names: tuple[str, ...]) -> FusionPlan:
    """Return the plan with weights, written as ``name=2,other=0.5``; those not named weigh 1.

    Raises
    ------
    ParameterError
        When the method takes no weights, a name is unknown, or a weight is no number.
    """
    if not any(field.name == "weights" for field in fields(plan.parameters)):
        raise ParameterError(f"{plan.method} takes no weights. Give --method weighted.")
    given = dict.fromkeys(names, 1.0)
    for entry in filter(None, (part.strip() for part in weights.split(","))):
        name, equals, value = entry.rpartition("=")
        if not equals or name not in given:
            raise ParameterError(
                f"--weights has {entry!r}; give NAME=NUMBER, the name one of {', '.join(names)}."
            )
        given[name] = float(typed(f"The weight of {name}", value, float))
    return replace(plan, parameters=replace(plan.parameters, weights=tuple(given.values())))


def _check_folders(out: Path | None, uncertainty: Path | None) -> None:
    """Raise where a folder could not be made, before any work is done."""
    for folder in (out, uncertainty):
        if folder is None:
            continue
        if folder.exists() or folder.is_symlink():
            raise SourceError(
                f"{str(folder)!r} exists and is not overwritten. Choose a new folder, or remove it."
            )
        if not folder.parent.is_dir():
            raise SourceError(f"There is no folder {str(folder.parent)!r} to write into. Make it.")
    if out is not None and out == uncertainty:
        raise ParameterError(f"Labels and uncertainty would both go to {out}. Give each its own.")


def _photographs(images: Path) -> Photographs:
    # Imported late: most runs have no use for an image library.
    from assay.formats.photograph import open_photographs

    return open_photographs(images)
