"""A whole pilot on disk, with vendors whose faults are known."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from assay.errors import ParameterError
from assay.formats import write_delivery
from assay.labels import LabelMap
from assay.simulate.annotator import Annotation, Annotator
from assay.simulate.class_file import ontology_file
from assay.simulate.model import SimulatedModel, in_255ths
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from assay.simulate.vendors import DEFAULT_VENDORS, SECOND_EXPERT, SimulatedVendor
from assay.simulate.whole_folder import (
    Progress,
    Steps,
    check_target,
    file_name_of,
    pack,
    silent,
    whole_folder,
)

#: Terms of acceptance that the best of the simulated vendors meets and the others do not.
_ACCEPTANCE = """\
producer_risk = 0.05
consumer_risk = 0.05
seed = 20260101

[mean]
good = 0.80
bad = 0.65

[severe]
good = 0.15
bad = 0.50
classes = ["rider", "car"]
"""


def simulate_pilot(
    target: Path,
    *,
    images: int = 24,
    height: int = 256,
    width: int = 512,
    seed: int = 1,
    vendors: Sequence[SimulatedVendor] = DEFAULT_VENDORS,
    soft: bool = False,
    progress: Progress = silent,
) -> None:
    """Write a pilot: photographs, reference, deliveries, and the files that bind them.

    In the new folder lie ``PILOT.toml``, ``ACCEPT.toml``, ``ontology.toml``, ``strata.csv``,
    ``images/``, ``reference/``, ``reference-expert-2/`` for the human ceiling, one delivery per
    vendor in its own format, and ``known-faults.csv`` with what every fault did to every image.

    Parameters
    ----------
    target
        Folder to make; it appears when everything is written.
    images
        How many, at least 1.
    height, width
        Size of each image in pixels, at least 32 each.
    seed
        Which images; the vendors' chances have seeds of their own.
    vendors
        Who delivers; at least one.
    soft
        Whether a simulated model's probabilities of every image are written, too, into ``soft/``.
    progress
        Called after each step with images done and images in all.

    Raises
    ------
    SourceError
        When the target exists, or its folder does not.
    ParameterError
        When there is no image or no vendor, two vendors share a name or differ in currency, or
        the size is too small.
    """
    _check(target, images, vendors)
    with whole_folder(target, "pilot") as folder:
        steps = Steps(progress, images * (2 + len(vendors)))
        truths = _write_pilot(folder, images, (height, width), seed, vendors, steps)
        if soft:
            _write_soft_maps(folder / "soft", truths, SimulatedModel(seed=seed))


def _write_pilot(
    folder: Path,
    images: int,
    shape: tuple[int, int],
    seed: int,
    vendors: Sequence[SimulatedVendor],
    steps: Steps,
) -> list[tuple[str, LabelMap]]:
    truths = _write_images(folder, images, shape, seed, steps)
    write_delivery(truths, folder / "reference", STREET, format="index-png")
    expert = ((key, work.label_map) for key, work in _works(SECOND_EXPERT, truths, steps))
    write_delivery(expert, folder / "reference-expert-2", STREET, format="index-png")
    with (folder / "known-faults.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["vendor", "item", "fault", "changed_px", "objects"])
        for vendor in vendors:
            works = list(_works(vendor.annotator, truths, steps))
            rows.writerows(_known(vendor.vendor.name, works))
            _deliver(folder, vendor, [(key, work.label_map) for key, work in works])
    (folder / "ontology.toml").write_text(ontology_file(STREET), encoding="utf-8")
    (folder / "ACCEPT.toml").write_text(_ACCEPTANCE, encoding="utf-8")
    (folder / "PILOT.toml").write_text(_pilot_file(vendors, images), encoding="utf-8")
    return truths


def _write_soft_maps(
    folder: Path, truths: Iterable[tuple[str, LabelMap]], model: SimulatedModel
) -> None:
    folder.mkdir()
    names = ", ".join(json.dumps(name) for name in STREET.names)
    (folder / "soft.toml").write_text(f'axes = "hwc"\nclasses = [{names}]\n', encoding="utf-8")
    for index, (key, truth) in enumerate(truths):
        np.savez_compressed(
            folder / f"{key}.npz", probabilities=in_255ths(model.predict(truth, index, STREET))
        )


def _write_images(
    folder: Path, images: int, shape: tuple[int, int], seed: int, steps: Steps
) -> list[tuple[str, LabelMap]]:
    """Write photographs and strata, and return the truths; as runs, thousands fit in memory."""
    (folder / "images").mkdir()
    truths: list[tuple[str, LabelMap]] = []
    with (folder / "strata.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["item", "stratum"])
        for index in range(images):
            key = f"street-{index + 1:04d}"
            scene = draw_scene(*shape, seed=seed, index=index)
            photograph = Image.fromarray(scene.photograph)
            photograph.save(folder / "images" / f"{key}.jpg", quality=90, subsampling=0)
            rows.writerow([key, scene.stratum.name])
            truths.append((key, scene.truth))
            steps.step()
    return truths


def _works(
    annotator: Annotator, truths: Iterable[tuple[str, LabelMap]], steps: Steps
) -> Iterator[tuple[str, Annotation]]:
    for index, (key, truth) in enumerate(truths):
        yield key, annotator.work(truth, index, STREET)
        steps.step()


def _known(vendor: str, works: Iterable[tuple[str, Annotation]]) -> Iterator[tuple[object, ...]]:
    for key, work in works:
        for deed in work.deeds:
            yield vendor, key, deed.fault, deed.changed_px, deed.objects


def _deliver(folder: Path, vendor: SimulatedVendor, maps: list[tuple[str, LabelMap]]) -> None:
    # Of a single image nothing is spoilt, or nothing would be delivered.
    keys = [key for key, _ in maps] if len(maps) > 1 else []
    missing = set(keys[len(keys) // 2 :][: vendor.left_out])
    target = folder / delivery_name(vendor)
    loose = target.with_suffix("") if vendor.zipped else target
    delivered = [(key, label_map) for key, label_map in maps if key not in missing]
    write_delivery(delivered, loose, STREET, format=vendor.format)
    _break_files(loose, keys[len(keys) // 3 :][: vendor.broken])
    if vendor.zipped:
        pack(loose, target)


def delivery_name(vendor: SimulatedVendor) -> str:
    """Return the name of a vendor's delivery in the pilot's folder."""
    return f"delivery-{file_name_of(vendor.vendor.name)}" + (".zip" if vendor.zipped else "")


def _break_files(folder: Path, keys: Sequence[str]) -> None:
    """Cut off the end of some files, as an interrupted upload does."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stem in keys:
            content = path.read_bytes()
            path.write_bytes(content[: len(content) * 3 // 5])


def _pilot_file(vendors: Sequence[SimulatedVendor], images: int) -> str:
    head = [
        "# Written by assay simulate. What is wrong with each delivery stands in known-faults.csv.",
        f'name = "Simulated streets, {images} images"',
        'ontology = "ontology.toml"',
        'reference = "reference"',
        'further_references = ["reference-expert-2"]',
        'images = "images"',
        'strata = "strata.csv"',
    ]
    prices = [entry.vendor.price_per_image for entry in vendors]
    currency = next((price.currency for price in prices if price is not None), None)
    if currency is not None:
        head.append(f'currency = "{currency}"')
    return "\n".join([*head, *(_vendor_table(entry) for entry in vendors)]) + "\n"


def _vendor_table(entry: SimulatedVendor) -> str:
    # TOML's basic strings are written as JSON's.
    rows = [
        "\n[[vendor]]",
        f"name = {json.dumps(entry.vendor.name, ensure_ascii=False)}",
        f"delivery = {json.dumps(delivery_name(entry), ensure_ascii=False)}",
        f'format = "{entry.format}"',
    ]
    if entry.vendor.price_per_image is not None:
        amount = str(entry.vendor.price_per_image).partition(" ")[0]
        rows.append(f"price_per_image = {amount}")
    return "\n".join(rows)


def _check(target: Path, images: int, vendors: Sequence[SimulatedVendor]) -> None:
    check_target(target)
    if images < 1:
        raise ParameterError(f"A pilot of {images} images shows nothing; give at least 1.")
    names = [delivery_name(entry) for entry in vendors]
    if not names or len(set(names)) < len(names):
        titles = [entry.vendor.name for entry in vendors]
        raise ParameterError(
            f"The vendors are {titles}; give at least one, each with its own name."
        )
    prices = [entry.vendor.price_per_image for entry in vendors]
    currencies = sorted({price.currency for price in prices if price is not None})
    if len(currencies) > 1:
        raise ParameterError(f"Prices are in {' and '.join(currencies)}; a pilot has one currency.")
