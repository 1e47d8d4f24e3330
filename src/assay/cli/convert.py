"""``assay convert``: labels in another format, with the loss stated in pixels."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import typer

from assay import kernels
from assay.cli.output import check_fail_on, exit_by_findings, progress, say
from assay.cli.settings import read_settings
from assay.cli.warming import announce_compilation
from assay.delivery import Delivery, Finding
from assay.formats import FORMATS, open_delivery, read_ontology, write_delivery
from assay.labels import LabelMap


def run_convert(
    source: Path,
    target: Path,
    *,
    source_format: str,
    target_format: str,
    ontology: Path,
    settings: tuple[str, ...],
    fail_on: str,
) -> None:
    """Write every readable item, read it back, and say how many pixels changed."""
    check_fail_on(fail_on)
    chosen = FORMATS.get(target_format)
    options = read_settings(chosen.name, chosen.options, settings)
    classes = read_ontology(ontology)
    delivery = open_delivery(source, classes, format=source_format or None)
    findings: list[Finding] = list(delivery.findings)
    with announce_compilation(), progress("Converting") as advance:

        def maps() -> Iterator[tuple[str, LabelMap]]:
            for place, item in enumerate(delivery, 1):
                findings.extend(item.reading.findings)
                if item.reading.label_map is not None:
                    yield item.key, item.reading.label_map
                advance(place, len(delivery))

        written = write_delivery(maps(), target, classes, format=target_format, options=options)
        findings.extend(written.findings)
        changed, pixels = count_loss(delivery, open_delivery(target, classes, format=target_format))
    for finding in findings:
        where = f"{finding.item}: " if finding.item else ""
        typer.echo(f"{finding.severity} {finding.rule} {where}{finding.message}", err=True)
    say(
        f"{written.items} of {len(delivery)} items written as {target_format}; "
        f"{changed:,} of {pixels:,} pixels differ when read back.\n"
    )
    exit_by_findings(findings, fail_on)


def count_loss(before: Delivery, after: Delivery) -> tuple[int, int]:
    """Return how many pixels differ between two deliveries of the same items, and of how many."""
    changed = pixels = 0
    size = before.ontology.size
    for item in before:
        label_map = item.reading.label_map
        if label_map is None:
            continue
        pixels += label_map.pixels
        again = after.read(item.key).label_map if item.key in after.key_set else None
        if again is None or again.shape != label_map.shape:
            changed += label_map.pixels
            continue
        counts = np.zeros(size * size, np.int64)
        kernels.pairs.count_pairs(
            label_map.ends, label_map.values, again.ends, again.values, size, counts
        )
        changed += label_map.pixels - int(np.trace(counts.reshape(size, size)))
    return changed, pixels
