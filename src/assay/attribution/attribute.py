"""From shares by image to causes: which mistakes are shared, which a vendor's, which a person's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from assay.attribution.chance import (
    above_floor,
    adjusted,
    annotator_excess,
    draws_for,
    most_of,
    partial_conjunction,
    vendor_excess,
)
from assay.attribution.mistake import ItemMistakes, Mistake
from assay.attribution.report import Cause, SystematicError, Verdict
from assay.attribution.settings import AttributionSettings
from assay.labels import Ontology
from assay.metrics.quantiles import student_quantile
from assay.report import Score

_VERDICTS: tuple[Verdict, ...] = ("shared", "vendor", "annotator", "open")

#: A vendor without its flagged annotators still errs more than others below this p-value.
_REST = 0.05


@dataclass(frozen=True)
class Work:
    """What vendors did to the same images.

    Parameters
    ----------
    vendors
        Names.
    mistakes
        For each image, one entry per vendor: its mistakes, or None where it has no usable labels.
    annotators
        For each vendor, who labelled each image; ``""`` for unknown.
    expert
        For each image, what another expert does against the same reference; empty for none.
    """

    vendors: tuple[str, ...]
    mistakes: Sequence[Sequence[ItemMistakes | None]]
    annotators: Sequence[Sequence[str]]
    expert: Sequence[ItemMistakes | None] = ()


@dataclass(frozen=True)
class _Suspect:
    """One mistake with its shares by image and vendor; NaN where there is nothing to go wrong."""

    mistake: Mistake
    floor: float
    shares: NDArray[np.float64]
    pixels: int


@dataclass(frozen=True)
class _Claim:
    """One hypothesis that was tested: a cause that may be no more than chance."""

    suspect: int
    cause: Cause


def attribute(
    work: Work, ontology: Ontology, settings: AttributionSettings
) -> tuple[tuple[SystematicError, ...], int]:
    """Find the mistakes worth a look and say whose they are.

    Parameters
    ----------
    work
        What vendors did.
    ontology
        Whose classes the mistakes name.
    settings
        Every choice; equal settings and work give an equal answer.

    Returns
    -------
    The mistakes, those with a cause first, and the number of hypotheses that were tested together.
    """
    suspects = _suspects(work, ontology, settings)
    claims = _claims(suspects, work, settings)
    levels = adjusted(np.array([claim.cause.p_value for claim in claims]))
    named: dict[int, list[Cause]] = {}
    for claim, level in zip(claims, levels.tolist(), strict=True):
        if level <= settings.false_discoveries:
            cause = replace(claim.cause, adjusted=level)
            if _material(suspects[claim.suspect], cause, work):
                named.setdefault(claim.suspect, []).append(cause)
    errors = [
        _error(suspect, _told_apart(named.get(place, []), suspect, work, settings), work, ontology)
        for place, suspect in enumerate(suspects)
    ]
    errors.sort(key=lambda error: (_VERDICTS.index(error.verdict), -_cost(error, ontology)))
    return tuple(errors), len(claims)


def _cost(error: SystematicError, ontology: Ontology) -> float:
    """Return wrong pixels times what the class weighs: what to mend first."""
    return error.pixels * ontology.classes[error.mistake.label - 1].weight


def _suspects(work: Work, ontology: Ontology, settings: AttributionSettings) -> list[_Suspect]:
    """Return the mistakes that could matter: the worst vendors of the images pass the floor.

    The worst of an image stays the worst when vendors' names are exchanged, so choosing by it does
    not disturb the tests (Bourgon, Gentleman and Huber 2010).
    """
    pixels: dict[Mistake, int] = {}
    for entries in work.mistakes:
        for entry in entries:
            for mistake, count in () if entry is None else entry.pixels.items():
                pixels[mistake] = pixels.get(mistake, 0) + count
    found = []
    for mistake in sorted(pixels, key=lambda known: (-pixels[known], known)):
        least_px = ontology.classes[mistake.label - 1].minimum_region_px
        floor = _floor(mistake, work, least_px, settings)
        shares = _shares(work.mistakes, mistake, least_px)
        known = ~np.isnan(shares)
        rows = known.any(axis=1)
        if rows.sum() < 2:
            continue
        worst = np.where(known, shares, 0.0).max(axis=1)[rows]
        if worst.mean() > floor:
            found.append(_Suspect(mistake, floor, shares, pixels[mistake]))
        if len(found) == settings.most:
            break
    return found


def _floor(mistake: Mistake, work: Work, least_px: int, settings: AttributionSettings) -> float:
    """Return the share up to which a mistake is nobody's: the setting, or what an expert does."""
    outline = mistake.kind in ("too_small", "too_large")
    least = settings.boundary_floor if outline else settings.floor
    if not work.expert:
        return least
    experts = _score(_shares([(entry,) for entry in work.expert], mistake, least_px)[:, 0])
    return float(np.fmax(least, experts.high))


def _shares(
    mistakes: Sequence[Sequence[ItemMistakes | None]], mistake: Mistake, least_px: int
) -> NDArray[np.float64]:
    """Return shape (images, vendors); NaN where one has no labels or nothing could go wrong."""
    shares = np.full((len(mistakes), max(map(len, mistakes))), np.nan)
    for image, entries in enumerate(mistakes):
        exposures = [0 if entry is None else entry.exposure(mistake) for entry in entries]
        if max(exposures) < least_px:
            continue
        for vendor, entry in enumerate(entries):
            if entry is not None:
                shares[image, vendor] = entry.share(mistake)
    return shares


def _claims(
    suspects: Sequence[_Suspect], work: Work, settings: AttributionSettings
) -> list[_Claim]:
    people = [sorted({name for name in column if name}) for column in work.annotators]
    per_suspect = 1 + len(work.vendors) + sum(map(len, people))
    draws = draws_for(per_suspect * len(suspects), settings.false_discoveries)
    claims: list[_Claim] = []
    for place, suspect in enumerate(suspects):
        rng = np.random.default_rng([settings.seed, place])
        claims.extend(
            _Claim(place, cause) for cause in _causes(suspect, work, people, draws=draws, rng=rng)
        )
    return claims


def _causes(
    suspect: _Suspect,
    work: Work,
    people: Sequence[Sequence[str]],
    *,
    draws: int,
    rng: np.random.Generator,
) -> list[Cause]:
    """Return every cause that could be named, with its p-value."""
    found = []
    if len(work.vendors) > 1:
        often = above_floor(suspect.shares, suspect.floor)
        shared = partial_conjunction(often, most_of(len(work.vendors)))
        found.append(Cause("shared", p_value=shared))
        excess = vendor_excess(suspect.shares, draws=draws, rng=rng)
        found.extend(
            Cause("vendor", vendor, p_value=p)
            for vendor, p in zip(work.vendors, excess.tolist(), strict=True)
        )
    for place, names in enumerate(people):
        if len(names) < 2:
            continue
        values, who = _residuals(suspect.shares, place, work.annotators[place], names)
        found.extend(
            Cause("annotator", work.vendors[place], name, p_value=p)
            for name, p in zip(
                names,
                annotator_excess(values, who, len(names), draws=draws, rng=rng).tolist(),
                strict=True,
            )
        )
    return found


def _residuals(
    shares: NDArray[np.float64], vendor: int, annotators: Sequence[str], names: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return what a vendor got wrong beyond the others in the same image, and who did it."""
    own = shares[:, vendor]
    others = np.delete(shares, vendor, axis=1)
    known = ~np.isnan(others)
    often = known.sum(axis=1)
    middle = np.where(known, others, 0.0).sum(axis=1) / np.maximum(often, 1)
    place = {name: number for number, name in enumerate(names)}
    who = np.array([place.get(name, -1) for name in annotators], np.intp)
    kept = ~np.isnan(own) & (who >= 0)
    return (own - middle)[kept], who[kept]


def _material(suspect: _Suspect, cause: Cause, work: Work) -> bool:
    """Return whether a cause has an effect above the floor: small ones are nobody's business."""
    if cause.verdict == "shared":
        return True
    place = work.vendors.index(cause.vendor)
    column = suspect.shares[:, place]
    if cause.annotator:
        mine = np.array([name == cause.annotator for name in work.annotators[place]])
        column = column[mine]
    known = column[~np.isnan(column)]
    return bool(known.size and known.mean() >= suspect.floor)


def _told_apart(
    causes: Sequence[Cause], suspect: _Suspect, work: Work, settings: AttributionSettings
) -> tuple[Cause, ...]:
    """Leave a vendor out where its flagged annotators alone make its excess."""
    kept = []
    for cause in causes:
        if cause.verdict == "vendor":
            mine = {c.annotator for c in causes if c.annotator and c.vendor == cause.vendor}
            if mine and not _rest_errs(suspect, cause.vendor, mine, work, settings):
                continue
        kept.append(cause)
    return tuple(kept)


def _rest_errs(
    suspect: _Suspect, vendor: str, mine: set[str], work: Work, settings: AttributionSettings
) -> bool:
    place = work.vendors.index(vendor)
    others = np.array([name not in mine for name in work.annotators[place]])
    rng = np.random.default_rng([settings.seed, place, suspect.mistake.label])
    p_values = vendor_excess(suspect.shares[others], draws=5_000, rng=rng)
    return bool(p_values[place] <= _REST)


def _error(
    suspect: _Suspect, causes: tuple[Cause, ...], work: Work, ontology: Ontology
) -> SystematicError:
    vendors = {name: _score(suspect.shares[:, place]) for place, name in enumerate(work.vendors)}
    annotators = {
        (vendor, name): _score(
            suspect.shares[[who == name for who in work.annotators[place]], place]
        )
        for place, vendor in enumerate(work.vendors)
        for name in sorted({who for who in work.annotators[place] if who})
    }
    return SystematicError(
        suspect.mistake,
        suspect.mistake.describe(ontology),
        suspect.floor,
        MappingProxyType(vendors),
        MappingProxyType(annotators),
        suspect.pixels,
        int((~np.isnan(suspect.shares)).any(axis=1).sum()),
        causes,
    )


def _score(shares: NDArray[np.float64]) -> Score:
    """Return the mean share over images with its 95 % interval by Student's t, within 0 to 1."""
    known = shares[~np.isnan(shares)]
    if not known.size:
        return Score(float("nan"))
    middle = float(known.mean())
    if known.size < 2:
        return Score(middle)
    margin = student_quantile(0.975, known.size - 1) * known.std(ddof=1) / np.sqrt(known.size)
    return Score(middle, max(0.0, float(middle - margin)), min(1.0, float(middle + margin)))
