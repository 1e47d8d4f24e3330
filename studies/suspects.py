"""Label errors without gold: real corrections, planted errors, and redundancy."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assay import LabelMap, Ontology
from assay.simulate.model import SimulatedModel
from assay.simulate.street import STREET
from assay.suspicion.confidence import softmin
from assay.suspicion.differences import Difference, find_differences
from assay.suspicion.methods import METHODS, MOST_PER_IMAGE, RegionsParameters, score_of
from assay.suspicion.suspect import Judgement, Suspect
from assay.suspicion.view import Tile, View, view_of_model, view_of_votes
from studies import bu_bil, nuclei
from studies.drawing import COLORS, figure, svg
from studies.planting import KINDS, Planted, plant
from studies.rankings import (
    Numbers,
    Ranking,
    Region,
    draws,
    estimates,
    order_average_precision,
    order_precision,
    rank,
)
from studies.study import DATA, Study, table

SEED = 20260701

#: Share of a region's pixels that must be wrong for it to be a find.
FOUND = 0.3

#: Least sizes of the corrections that are looked for.
LEAST = (1, 4, 10)

#: Settings of ``half_area_px`` that are tried.
HALVES = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0)

#: Softmin's temperature in cleanlab.
_TEMPERATURE = 0.1

#: Rankings of regions, ours first.
RANKERS = ("regions", "self-confidence", "softmin", "softmin, cleanlab's flags")

Dense = NDArray[np.uint16]
Mask = NDArray[np.bool_]
Shares = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Errors:
    """What is wrong with an image.

    Parameters
    ----------
    place
        Number of the error of each pixel, from 0; -1 where there is none.
    count
        How many errors are looked for.
    trifles
        Pixels of errors that are not looked for: finding them counts neither for nor against.
    """

    place: NDArray[np.int64]
    count: int
    trifles: Mask


@dataclass(frozen=True, eq=False)
class Spot:
    """A region that a method points at: its score, and its pixels in the image."""

    score: float
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    kind: str = ""


_WHAT_RANKINGS_ARE = (
    (
        "`regions`",
        "Assay's default",
        "see [its page](../reference/suspicion-methods.md)",
    ),
    (
        "`self-confidence`",
        "connected pixels whose label is not the most probable class",
        "mean doubt in the label",
    ),
    (
        "softmin",
        "the same",
        "1 − softmin of the label's probability, as cleanlab scores images",
    ),
    (
        "softmin, cleanlab's flags",
        "connected pixels that cleanlab's `find_label_issues` flags",
        "the same",
    ),
)

_REAL_WEAK = """
**Where it is weak.** Nearly all of the gain is in holes: pixels left out of the inside of a
nucleus, which `regions` ranks first and which people filled nearly everywhere. Corrections of 10
px or more are few, and no ranking finds them well: of the first 200 regions one in ten or fewer is
such a correction, and which ranking is better is open. Of the extra objects one in eighteen was
corrected, of missing objects, splits and borders about one in 300. Part of that is the data:
people did not look at everything, so a nucleus that the model sees and nobody drew counts against
every ranking. Part is the model, which is least sure where nuclei touch, and so points at splits
and merges that are none. Of images with corrections of 10 px or more, no order is much better than
chance.

`half_area_px` was 16 before this study and is 4 since: larger corrections are found better so, and
planted errors as well. It was set with these corrections in sight, so the figures above flatter it
a little.
"""

_PLANTED_WEAK = """
**Where it is weak.** Specks are below their class's `minimum_region_px`, so `regions` leaves them
out on purpose, and the other rankings win; [`assay validate`](../validation.md) finds specks
without any model. Of holes, about half are found late, most of them because several classes show
through: a hole is one region with one class all around, so these count as borders, which weigh
half. The simulated model errs by patches and along outlines only: a real one has habits, learns
some of the errors that it should find, and finds less, as the nuclei show.
"""

_CROWD_WEAK = """
**Where it is weak.** The plain share of pixels that differ from the others' vote, and
`self-confidence`, order annotations better than `regions` does, within an image above all. There
the true error is mostly outline, objects drawn some pixels too large, and `regions` puts aside
what an outline within the tolerance explains. Counting regions by their logarithm, root, or full
size was tried and changes little. So `regions` says what to mend; to order annotations by how far
outlines are off, take `--method self-confidence`, or [`assay agree`](../agreement.md).
"""


def run(*, quick: bool) -> Study:
    """Rank real corrections, planted errors, and crowd work."""
    resamples = 200 if quick else 2000
    real, pictures = _real(resamples, quick=quick)
    planted, drawn = _planted(resamples, quick=quick)
    text = f"""
[`assay suspects`](../suspects.md) ranks regions and images by how probably their labels are wrong.
Seed {SEED}; brackets hold 95 % intervals over {resamples:,} resamplings of the images.

A region is a **find** when at least {100 * FOUND:.0f} % of its pixels are wrong. **Average
precision** is the mean, over all errors, of the precision at the region that finds each first; an
error that no region finds counts 0. **Chance** looks at the regions of `regions` in an order drawn
at random.

{table(["Ranking", "Regions", "Score"], _WHAT_RANKINGS_ARE)}

## Real corrections

{real.strip()}

## Planted errors

{planted.strip()}

## Redundancy, without any model

{_redundancy(resamples).strip()}
"""
    return Study("Do suspects come first?", text, {**pictures, **drawn})


# Real corrections.


def _real(resamples: int, *, quick: bool) -> tuple[str, Mapping[str, str]]:
    folder = DATA / "dsb2018_label_fixes"
    if not folder.is_dir():
        return "The data set `dsb2018_label_fixes` is not here, so nothing was tried.", {}
    found = list(nuclei.images(folder))[:: 6 if quick else 1]
    try:
        shares = nuclei.predictions(found, steps=20 if quick else nuclei.STEPS)
    except ModuleNotFoundError as error:
        return f"No soft maps are cached, and {error.name} is not here to make them.", {}
    cases = [_nuclei_case(image, each) for image, each in zip(found, shares, strict=True)]
    rankings = {least: _rankings(cases, least) for least in LEAST}
    picture = _draw_corrections(rankings)
    return _real_text(cases, rankings, resamples), {"suspects-corrections.svg": picture}


@dataclass(frozen=True, eq=False)
class Case:
    """One image of nuclei: what each ranking points at, and what was corrected.

    Parameters
    ----------
    fixed
        Whether people corrected it.
    labels, right
        Before and after.
    spots
        Regions of each ranking.
    of_size
        Regions of ``regions`` for each ``half_area_px`` that is tried.
    score
        Suspicion of the image by each method.
    apart
        How far the score of ``self-confidence`` is from cleanlab's own.
    """

    fixed: bool
    labels: Dense
    right: Dense
    spots: Mapping[str, Sequence[Spot]]
    of_size: Mapping[float, Sequence[Spot]]
    score: Mapping[str, float]
    apart: float


def _nuclei_case(image: nuclei.Image2018, shares: Shares) -> Case:
    before, after = nuclei.labels_of(image.before), nuclei.labels_of(image.after)
    planes = np.stack([shares[0] + shares[2], shares[1]])
    view = _view(before, planes, nuclei.NUCLEI)
    judged = judge(view, nuclei.NUCLEI)
    score = {name: each.score for name, each in judged.items()}
    return Case(
        image.fixed,
        before.to_dense(),
        after.to_dense(),
        point(judged, view, planes),
        _of_size(view),
        score,
        abs(1 - score["self-confidence"] - _cleanlab_score(before, planes)),
    )


def _of_size(view: View) -> Mapping[float, Sequence[Spot]]:
    """Return the regions with the scores that other settings of ``half_area_px`` give them."""
    found = find_differences(view, nuclei.NUCLEI, gap_px=RegionsParameters().gap_px)
    spots = spots_of(found, view)
    out = {}
    for half in HALVES:
        settings = RegionsParameters(half_area_px=half)
        scores = np.array([score_of(each, settings) for each in found])
        first = np.argsort(-scores, kind="stable")[:MOST_PER_IMAGE]
        out[half] = [replace(spots[place], score=float(scores[place])) for place in first]
    return out


def corrections(labels: Dense, right: Dense, least_px: int) -> Errors:
    """Return the connected corrections of so many pixels or more."""
    from scipy.ndimage import label

    numbers, count = label(labels != right, np.ones((3, 3)))
    large = np.bincount(numbers.ravel(), minlength=count + 1) >= least_px
    large[0] = False
    place = np.where(large, np.cumsum(large) - 1, -1)[numbers]
    return Errors(place, int(large.sum()), (numbers > 0) & (place < 0))


def _real_text(
    cases: Sequence[Case], rankings: Mapping[int, Mapping[str, Ranking]], resamples: int
) -> str:
    times = draws(len(cases), resamples, seed=SEED)
    sizes = np.array([size for case in cases for size in _sizes(case)])
    tables = "\n\n".join(_correction_table(least, rankings[least], times) for least in LEAST)
    return f"""
`dsb2018_label_fixes`: {len(cases)} images of nuclei, of which people corrected
{sum(case.fixed for case in cases)} later. Soft maps come from a small U-Net that never saw the
image: four parts, each predicted by a model that learnt from the *uncorrected* labels of the
other three in {nuclei.STEPS} steps. A correction is a connected region whose label changed. Most
are tiny: of {sizes.size}, {(sizes < 4).sum()} are below 4 px and {(sizes >= 10).sum()} have 10 px
or more. So there are three tables: all of them, and the larger ones, where regions that find
only smaller ones are passed over.

{tables}

Average precision of `regions` less that of the best other ranking, on the same resampled images:

{_difference_table(rankings, times)}

![Corrections by regions looked at](images/suspects-corrections.svg)

What `regions` points at, by kind, and how much of it was corrected (any size):

{_kind_table(cases)}

Images in order of suspicion; an image is wrong when it holds a correction:

{_image_table(cases, times)}

`self-confidence` scores images as cleanlab {_cleanlab_version()} does: the largest difference over
all images is {max(case.apart for case in cases):.0e}.

How the size of regions counts, `half_area_px`, average precision of `regions`:

{_half_table(cases)}

{_REAL_WEAK.strip()}
"""


def _sizes(case: Case) -> list[int]:
    errors = corrections(case.labels, case.right, 1)
    sizes = np.bincount(errors.place[errors.place >= 0], minlength=errors.count)
    return [int(size) for size in sizes]


def _rankings(cases: Sequence[Case], least_px: int) -> Mapping[str, Ranking]:
    errors = [corrections(case.labels, case.right, least_px) for case in cases]
    counts = [each.count for each in errors]
    found = {
        name: [seen(case.spots[name], each) for case, each in zip(cases, errors, strict=True)]
        for name in RANKERS
    }
    rng = np.random.default_rng(SEED)
    ranked = {name: rank(regions, counts) for name, regions in found.items()}
    return {**ranked, "chance": rank(found["regions"], counts, rng)}


def _correction_table(least_px: int, rankings: Mapping[str, Ranking], times: Numbers) -> str:
    rows = [[_code(name), *_figures(ranking, times)] for name, ranking in rankings.items()]
    what = "All corrections" if least_px == 1 else f"Corrections of {least_px} px or more"
    return f"**{what}**: {rankings['regions'].error_image.size}.\n\n" + table(
        ["Ranking", "Regions", "Precision at 10", "at 50", "at 200", "Average precision", "Found"],
        rows,
    )


def _figures(ranking: Ranking, times: Numbers) -> list[str]:
    def measured(times: Numbers | None) -> list[float]:
        looked = ranking.looked(times)
        return [*map(looked.precision, (10, 50, 200)), looked.average_precision()]

    return [
        f"{ranking.image.size:,}",
        *map(str, estimates(measured, times)),
        f"{100 * ranking.found:.0f} %",
    ]


def _difference_table(rankings: Mapping[int, Mapping[str, Ranking]], times: Numbers) -> str:
    rows = []
    for least, found in rankings.items():
        best = max(RANKERS[1:], key=lambda name: found[name].looked().average_precision())
        (gap,) = estimates(_gap(found["regions"], found[best]), times)
        rows.append([f"{least} px or more", _code(best), str(gap)])
    return table(["Corrections", "Best other", "`regions` − other"], rows)


def _half_table(cases: Sequence[Case]) -> str:
    rows = []
    for half in HALVES:
        precision = []
        for least in LEAST:
            errors = [corrections(case.labels, case.right, least) for case in cases]
            regions = [seen(c.of_size[half], each) for c, each in zip(cases, errors, strict=True)]
            ranking = rank(regions, [each.count for each in errors])
            precision.append(f"{ranking.looked().average_precision():.3f}")
        default = " (default)" if half == RegionsParameters().half_area_px else ""
        rows.append([f"{half:.0f} px{default}", *precision])
    return table(["Half weight at", "all", "4 px or more", "10 px or more"], rows)


def _gap(ours: Ranking, other: Ranking) -> Callable[[Numbers | None], list[float]]:
    return lambda times: [
        ours.looked(times).average_precision() - other.looked(times).average_precision()
    ]


def _kind_table(cases: Sequence[Case]) -> str:
    regions, hits = Counter[str](), Counter[str]()
    for case in cases:
        errors = corrections(case.labels, case.right, 1)
        for spot, region in zip(
            case.spots["regions"], seen(case.spots["regions"], errors), strict=True
        ):
            regions[spot.kind] += 1
            hits[spot.kind] += region.hit
    return table(
        ["Kind", "Regions", "Corrected", "Share"],
        [
            [kind.replace("_", " "), f"{many:,}", hits[kind], f"{100 * hits[kind] / many:.1f} %"]
            for kind, many in sorted(regions.items(), key=lambda pair: -hits[pair[0]] / pair[1])
        ],
    )


def _image_table(cases: Sequence[Case], times: Numbers) -> str:
    rows = []
    for least in (1, 10):
        wrong = np.array([any(size >= least for size in _sizes(case)) for case in cases])
        for name in RANKERS[:2]:
            order = np.argsort([-case.score[name] for case in cases], kind="stable")
            title = _code(name) + (" (cleanlab's softmin)" if name == RANKERS[1] else "")
            figures = map(str, estimates(_of_images(order, wrong), times))
            rows.append([f"{least} px or more", title, *figures])
        rows.append([f"{least} px or more", "chance", *([f"{wrong.mean():.2f}"] * 3)])
    return table(["Corrections", "Ranking", "Precision at 10", "at 25", "Average precision"], rows)


def _of_images(
    order: NDArray[np.intp], wrong: Mask
) -> Callable[[Numbers | None], tuple[float, ...]]:
    """Return what an order of images is worth, each image as often as it is drawn."""

    def measured(times: Numbers | None) -> tuple[float, ...]:
        ranked = wrong[order]
        drawn = (ranked if times is None else np.repeat(ranked, times[order])).tolist()
        return (
            order_precision(drawn, 10),
            order_precision(drawn, 25),
            order_average_precision(drawn),
        )

    return measured


def _draw_corrections(rankings: Mapping[int, Mapping[str, Ranking]]) -> str:
    drawn, axes = figure(2, width=7.2, height=3.0)
    for ax, least in zip(axes, (1, 10), strict=True):
        for name, color in zip(RANKERS, COLORS, strict=False):
            ranking = rankings[least][name]
            hits = np.cumsum(ranking.hit[:500])
            looks = np.arange(1, hits.size + 1)
            ax.plot(looks, hits, color=color, label=name)
        ax.set(xlabel="regions looked at", ylabel="corrections found", ylim=(0, None))
        ax.set_title("Corrections of any size" if least == 1 else f"Of {least} px or more")
    axes[1].legend(fontsize=7.5)
    return svg(drawn)


# Planted errors.


def _planted(resamples: int, *, quick: bool) -> tuple[str, Mapping[str, str]]:
    scenes = [
        plant(index, height=192, width=384, seed=SEED) for index in range(6 if quick else 110)
    ]
    times = draws(len(scenes), resamples, seed=SEED)
    tables, drawn = [], {}
    for title, sharpness in (("Calibrated", 1.0), ("Over-confident", 3.0)):
        rankings = _planted_rankings(scenes, sharpness)
        tables.append(f"**{title} soft maps**:\n\n{_planted_table(scenes, rankings, times)}")
        drawn[title] = rankings
    total, joined = sum(len(scene.kinds) for scene in scenes), "\n\n".join(tables)
    text = f"""
{len(scenes)} simulated street scenes of 384 × 192 pixels with {total:,} errors, all kinds in one
ranking. Soft maps are simulated, too: of the pixels in which a class gets 70 %, it is right in
70 %; the over-confident ones multiply the scores behind them by three. **Recall** is the share of
errors that are found by looking at as many regions as there are errors ({total:,}).

{joined}

![Errors found by regions looked at](images/suspects-planted.svg)

{_PLANTED_WEAK.strip()}
"""
    return text, {"suspects-planted.svg": _draw_planted(drawn, total)}


def _planted_rankings(scenes: Sequence[Planted], sharpness: float) -> Mapping[str, Ranking]:
    regions: dict[str, list[Sequence[Region]]] = {name: [] for name in RANKERS}
    model = SimulatedModel(sharpness=sharpness, seed=5)
    for place, scene in enumerate(scenes):
        planes = model.predict(scene.truth, place, STREET).transpose(2, 0, 1)
        view = _view(scene.labels, planes, STREET)
        errors = Errors(scene.error, len(scene.kinds), np.zeros(scene.error.shape, bool))
        for name, spots in point(judge(view, STREET), view, planes).items():
            regions[name].append(seen(spots, errors))
    counts = [len(scene.kinds) for scene in scenes]
    ranked = {name: rank(found, counts) for name, found in regions.items()}
    rng = np.random.default_rng(SEED)
    return {**ranked, "chance": rank(regions["regions"], counts, rng)}


def _planted_table(
    scenes: Sequence[Planted], rankings: Mapping[str, Ranking], times: Numbers
) -> str:
    kinds = np.array([kind for scene in scenes for kind in scene.kinds])
    chosen = {kind: kinds == kind for kind in KINDS} | {"all": np.ones(kinds.size, bool)}
    columns = [estimates(_of_kinds(each, chosen), times) for each in rankings.values()]
    rows = []
    for place, (kind, mask) in enumerate(chosen.items()):
        recall = {name: each.looked().recall(kinds.size, mask) for name, each in rankings.items()}
        best = max(recall[name] for name in RANKERS[1:])
        figures = [str(column[place]) for column in columns]
        rows.append([kind, f"{mask.sum():,}", *figures, f"{recall['regions']:.2f}", f"{best:.2f}"])
    titles = ["Kind", "Errors", *(f"AP, {_code(name)}" for name in rankings)]
    return table([*titles, "Recall, `regions`", "Recall, best other"], rows)


def _of_kinds(
    ranking: Ranking, chosen: Mapping[str, Mask]
) -> Callable[[Numbers | None], list[float]]:
    def measured(times: Numbers | None) -> list[float]:
        looked = ranking.looked(times)
        return [looked.average_precision(mask) for mask in chosen.values()]

    return measured


def _draw_planted(drawn: Mapping[str, Mapping[str, Ranking]], total: int) -> str:
    picture, axes = figure(2, width=7.2, height=3.0)
    for ax, (title, rankings) in zip(axes, drawn.items(), strict=True):
        for name, color in zip(RANKERS, COLORS, strict=False):
            first = rankings[name].first
            looks = np.arange(1, 2 * total)
            found = np.searchsorted(np.sort(first), looks) / total
            ax.plot(looks, found, color=color, label=name)
        ax.set(xlabel="regions looked at", ylabel="share of errors found", ylim=(0, 1), title=title)
    axes[1].legend(fontsize=7.5)
    return svg(picture)


# Redundancy.


def _redundancy(resamples: int) -> str:
    rows = []
    for number in (4, 6):
        folder = DATA / "bu_bil" / f"BU-BIL_Dataset{number}"
        if folder.is_dir():
            rows += _crowd_rows(folder, number, resamples)
    if not rows:
        return "BU-BIL is not here, so nothing was tried."
    titles = ["Set", "Suspicion by", "Images", "Spearman, all annotations", "within an image"]
    return f"""
BU-BIL: each of seven crowd workers is judged by the votes of the other six. The true error of an
annotation is 1 − IoU of its object with the experts' gold, which the ranking never sees. Spearman's
correlation of the two, over all annotations, and the mean over images of that among the seven of
one image; images are resampled.

{table(titles, rows)}

{_CROWD_WEAK.strip()}
"""


def _crowd_rows(folder: Path, number: int, resamples: int) -> list[list[object]]:
    found = list(bu_bil.cases(folder, number))
    gold = bu_bil.gold(found)
    workers = [bu_bil.worker(folder, found, each) for each in range(1, 8)]
    images: list[dict[str, NDArray[np.float64]]] = []
    for key in gold.keys:
        maps = [worker.read(key).label_map for worker in workers]
        truth = gold.read(key).label_map
        if truth is not None:
            images.append(_crowd_image([each for each in maps if each is not None], truth))
    times = draws(len(images), resamples, seed=SEED)
    rows: list[list[object]] = []
    for name in ("regions", "self-confidence", "share of pixels that differ"):
        pairs = [(image[name], image["error"]) for image in images]
        rows.append(
            [
                f"{number}",
                _code(name),
                len(images),
                *estimates(_correlations(pairs), times),
            ]
        )
    return rows


def _crowd_image(maps: Sequence[LabelMap], truth: LabelMap) -> dict[str, NDArray[np.float64]]:
    columns: dict[str, list[float]] = {
        name: [] for name in ("regions", "self-confidence", "share of pixels that differ", "error")
    }
    for place, labels in enumerate(maps):
        view = view_of_votes(labels, [*maps[:place], *maps[place + 1 :]], bu_bil.ONTOLOGY)
        for name, judged in judge(view, bu_bil.ONTOLOGY).items():
            columns[name].append(judged.score)
        differ = view.labels.to_dense() != view.rival.to_dense()
        columns["share of pixels that differ"].append(float(differ.mean()))
        columns["error"].append(1 - _object_iou(labels, truth))
    return {name: np.array(values) for name, values in columns.items()}


def _object_iou(labels: LabelMap, truth: LabelMap) -> float:
    mine, right = labels.to_dense() == 1, truth.to_dense() == 1
    return float((mine & right).sum() / max(1, (mine | right).sum()))


def spearman(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return the rank correlation; not a number where either is constant."""
    from scipy.stats import rankdata

    ranks = [rankdata(values) - (values.size + 1) / 2 for values in (first, second)]
    spread = np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum())
    return float((ranks[0] * ranks[1]).sum() / spread) if spread else float("nan")


def _correlations(
    pairs: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> Callable[[Numbers | None], tuple[float, float]]:
    """Return the correlation over all annotations, and the mean of those within images."""
    within = np.array([spearman(*pair) for pair in pairs])

    def measured(times: Numbers | None) -> tuple[float, float]:
        places = np.arange(len(pairs))
        chosen = (places if times is None else np.repeat(places, times)).tolist()
        pooled = spearman(*(np.concatenate([pairs[i][side] for i in chosen]) for side in (0, 1)))
        return pooled, float(np.nanmean(within[chosen]))

    return measured


# What rankings point at.


def _view(labels: LabelMap, planes: Shares, ontology: Ontology) -> View:
    tiles = (Tile(place + 1, 0, np.ascontiguousarray(plane)) for place, plane in enumerate(planes))
    return view_of_model(labels, tiles, ontology, known=range(1, len(planes) + 1))


def judge(view: View, ontology: Ontology) -> Mapping[str, Judgement]:
    """Return what Assay's own two methods say of an image, as they are by default."""
    methods = [METHODS.get(name) for name in RANKERS[:2]]
    return {each.name: each.judge("", view, ontology, each.parameters()) for each in methods}


def point(
    judged: Mapping[str, Judgement], view: View, planes: Shares
) -> Mapping[str, Sequence[Spot]]:
    """Return what each ranking points at in one image."""
    ours = {name: spots_of(each.suspects, view) for name, each in judged.items()}
    differ = (view.labels.to_dense() != view.rival.to_dense()) & view.judged
    flags = _cleanlab_flags(view, planes)
    return {**ours, RANKERS[2]: softmin_spots(differ, view), RANKERS[3]: softmin_spots(flags, view)}


def spots_of(found: Sequence[Suspect | Difference], view: View) -> list[Spot]:
    """Return regions with their pixels: those of its box with its label and its rival."""
    labels, rival, out = view.labels.to_dense(), view.rival.to_dense(), []
    for each in found:
        region = each.region
        box = slice(region.top, region.bottom), slice(region.left, region.right)
        rows, columns = np.nonzero((labels[box] == each.label) & (rival[box] == each.rival))
        score = each.score if isinstance(each, Suspect) else 0.0
        out.append(Spot(score, rows + region.top, columns + region.left, each.kind))
    return out


def softmin_spots(flags: Mask, view: View) -> list[Spot]:
    """Return connected flagged pixels, scored by 1 less the softmin of their label's share."""
    from scipy.ndimage import label

    numbers, count = label(flags, np.ones((3, 3)))
    rows, columns = np.nonzero(numbers)
    order = np.argsort(numbers[rows, columns], kind="stable")
    rows, columns = rows[order], columns[order]
    ends = np.cumsum(np.bincount(numbers[rows, columns], minlength=count + 1)[1:])[:-1]
    parts = zip(np.split(rows, ends), np.split(columns, ends), strict=True) if count else ()
    return [
        Spot(1 - softmin(view.label_share[part], temperature=_TEMPERATURE), *part) for part in parts
    ]


def _cleanlab_flags(view: View, planes: Shares) -> Mask:
    from cleanlab.segmentation.filter import find_label_issues

    labels, judged = view.labels.to_dense().astype(np.int64) - 1, view.judged
    flags = find_label_issues(
        np.where(judged, labels, 0)[None], _normal(planes), downsample=1, n_jobs=1, verbose=False
    )
    return np.asarray(flags[0], bool) & judged


def _cleanlab_score(labels: LabelMap, planes: Shares) -> float:
    from cleanlab.segmentation.rank import get_label_quality_scores

    given = labels.to_dense().astype(np.int64)[None] - 1
    return float(get_label_quality_scores(given, _normal(planes), verbose=False)[0][0])


def _normal(planes: Shares) -> NDArray[np.float64]:
    whole = planes[None].astype(np.float64)
    return np.asarray(whole / whole.sum(axis=1, keepdims=True))


def _cleanlab_version() -> str:
    import cleanlab

    return str(cleanlab.__version__)


def seen(spots: Sequence[Spot], errors: Errors) -> list[Region]:
    """Return what looking at each region finds; regions that find trifles alone are passed over."""
    out = []
    for spot in spots:
        place = errors.place[spot.rows, spot.columns]
        trifles = errors.trifles[spot.rows, spot.columns]
        wrong = (place >= 0) | trifles
        enough = spot.rows.size > 0 and wrong.sum() >= FOUND * spot.rows.size
        finds = tuple(np.unique(place[place >= 0]).tolist()) if enough else ()
        if enough and not finds:
            continue
        out.append(Region(spot.score, bool(finds), finds))
    return out


def _code(name: str) -> str:
    return f"`{name}`" if name in METHODS.names() else name
