"""``assay validate``: faults that show without a reference."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import typer

from assay.assess.panel import name_apart
from assay.assess.validate import Images, Surroundings, validate
from assay.cli.output import Outputs, check_fail_on, progress, publish, write_text
from assay.cli.settings import typed
from assay.cli.warming import announce_compilation
from assay.delivery import Delivery, Severity
from assay.errors import ParameterError
from assay.formats import open_delivery, read_ontology
from assay.formats.expected import read_expected
from assay.formats.text_file import read_text
from assay.labels import Ontology
from assay.validation import VALIDATION_RULES, History
from assay.validation.plan import ValidationPlan
from assay.validation.report import ValidationReport

if TYPE_CHECKING:
    from rich.console import Console


def run_validate(
    delivery: Path,
    *,
    ontology: Path,
    delivery_format: str,
    images: Path | None,
    expected: tuple[Path, ...],
    preannotation: Path | None,
    previous: tuple[Path, ...],
    history: Path | None,
    write_history: Path | None,
    rules: str,
    settings: tuple[str, ...],
    outputs: Outputs,
    export: tuple[str, Path] | None,
    image_url: str,
    fail_on: str,
    workers: int,
) -> None:
    """Validate, write what was asked for, and leave with the documented code."""
    check_fail_on(fail_on)
    further = (write_history, None if export is None else check_export(*export))
    outputs = replace(outputs, others=tuple(path for path in further if path is not None))
    outputs.check()
    names = tuple(name.strip() for name in rules.split(",") if name.strip())
    plan = ValidationPlan(
        names, read_settings(settings), worst=6 if outputs.html is not None else 0
    )
    classes = read_ontology(ontology)
    judged = open_delivery(delivery, classes, format=delivery_format or None)
    surroundings = Surroundings(
        None if images is None else _images(images),
        read_expected(expected) if expected else None,
        None if preannotation is None else open_delivery(preannotation, classes),
        _earlier(previous, classes),
        None if history is None else _history(history, classes),
    )
    with announce_compilation(), progress("Validating") as advance:
        report = validate(
            judged, plan, surroundings=surroundings, workers=workers, progress=advance
        )
    if write_history is not None:
        write_text(write_history, report.history.to_text() + "\n")
    if export is not None:
        write_export(report, *export, images=surroundings.images, image_url=image_url)
    publish_validation(report, outputs)
    exit_by_rules(report, fail_on)


def read_settings(settings: tuple[str, ...]) -> Mapping[str, Mapping[str, Any]]:
    """Return settings by rule from ``rule.parameter=value`` texts.

    Raises
    ------
    ParameterError
        When a text has another form, or a value is not of its parameter's kind.
    UnknownNameError
        When there is no such rule.
    """
    found: dict[str, dict[str, Any]] = {}
    for setting in settings:
        place, equals, value = setting.partition("=")
        rule, dot, name = place.partition(".")
        if not equals or not dot:
            raise ParameterError(f"--set is {setting!r}; give RULE.PARAMETER=VALUE.")
        spec = VALIDATION_RULES.get(rule)
        kinds = get_type_hints(spec.parameters)
        known = {field.name: kinds[field.name] for field in fields(spec.parameters)}
        # An unknown name is kept as it is; the plan refuses it with the nearest one.
        found.setdefault(rule, {})[name] = typed(place, value, known.get(name, str))
    return found


def publish_validation(report: ValidationReport, outputs: Outputs) -> None:
    """Write the asked forms; the terminal form goes to standard output unless that is taken."""

    def json() -> str:
        from assay.render.document import dump
        from assay.render.validation.document import validation_document

        return dump(validation_document(report))

    def html() -> str:
        from assay.render.validation.page import validation_page

        return validation_page(report)

    def csv() -> str:
        from assay.render.validation.csv import validation_csv

        return validation_csv(report)

    def terminal(console: "Console") -> None:
        from assay.render.validation.terminal import show_validation

        show_validation(report, console)

    publish(outputs, json=json, html=html, csv=csv, terminal=terminal)


def check_export(name: str, path: Path) -> Path:
    """Return the file of an export, before any work is done.

    Raises
    ------
    UnknownNameError
        When there is no such export.
    """
    from assay.render.validation.exports import EXPORTS

    EXPORTS.get(name)
    return path


def write_export(
    report: ValidationReport, name: str, path: Path, *, images: Images | None, image_url: str
) -> None:
    """Write the findings for a reviewers' tool."""
    from assay.render.validation.exports import EXPORTS, ImageNames

    names = ImageNames(url=image_url) if images is None else ImageNames(images.name, image_url)
    write_text(path, EXPORTS.get(name).text(report, names))


def exit_by_rules(report: ValidationReport, fail_on: str) -> None:
    """Leave with exit code 1 where a broken rule is at least as severe as the limit."""
    if fail_on == "never":
        return
    severities = tuple(Severity)
    severe = severities[: severities.index(Severity(fail_on)) + 1]
    if any(rule.severity in severe for rule in report.rules):
        raise typer.Exit(1)


def _images(path: Path) -> Images:
    # Imported late: most runs have no use for an image library.
    from assay.formats.photograph import open_photographs

    # Rules look at every pixel, so photographs are not shrunk.
    return open_photographs(path, max_side=2**20)


def _earlier(paths: Sequence[Path], ontology: Ontology) -> tuple[Delivery, ...]:
    names = name_apart([path.as_posix() for path in paths])
    return tuple(
        open_delivery(path, ontology, name=name) for path, name in zip(paths, names, strict=True)
    )


def _history(path: Path, ontology: Ontology) -> History | Delivery:
    if path.suffix.lower() == ".json" and path.is_file() and _says_history(path):
        return History.from_text(read_text(path, "history"))
    return open_delivery(path, ontology)


def _says_history(path: Path) -> bool:
    """Say whether a JSON file is a history; a delivery in COCO is JSON, too."""
    with path.open("rb") as file:
        return b"assay.history/" in file.read(4096)
