"""Agreement: do its intervals cover, does it find who is alike and who stands apart?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import LabelClass, LabelMap, Ontology
from assay.assess.agree import agree
from assay.assess.agreement_counts import PanelCounts, count_panel
from assay.assess.panel import Panel
from assay.metrics.agreement import estimate_agreement, pixel_agreement
from assay.metrics.agreement_statistics import ALPHA, DICE, IOU, PIXELS, Statistic
from assay.metrics.clustering import cluster
from assay.metrics.distance import NOMINAL
from assay.metrics.intervals import Estimate
from assay.metrics.pairwise import PairSeries, estimate_mean, estimate_standing, pairs_of
from assay.report.agreement import AgreementPlan
from studies import bu_bil
from studies.drawing import figure, svg
from studies.study import DATA, Study, rate, table

ONTOLOGY = Ontology(tuple(LabelClass(f"class {n}", n, (n, 0, 0)) for n in range(1, 6)))
DISTANCE = NOMINAL.matrix(ONTOLOGY)

#: How often each class occurs, roughly; images differ.
FREQUENCIES = np.array([0.5, 0.25, 0.15, 0.07, 0.03])

RATERS = 5
IMAGES = (10, 20, 50, 100)


@dataclass(frozen=True)
class Crew:
    """Annotators of one kind.

    Parameters
    ----------
    name
        What is special about them.
    clumsiness
        Share of wrong pixels of each, relative to how hard the image is.
    sharing
        Numbers of two who make some mistakes alike, or none.
    shared
        Share of the pixels where these two err alike.
    """

    name: str
    clumsiness: tuple[float, ...] = (1.0,) * RATERS
    sharing: tuple[int, ...] = ()
    shared: float = 0.0


ALIKE = Crew("all of one kind")
LESS_CAREFUL = Crew("one makes a fifth more mistakes", (1.0, 1.0, 1.0, 1.0, 1.2))
CARELESS = Crew("one makes two fifths more mistakes", (1.0, 1.0, 1.0, 1.0, 1.4))
LITTLE_SHARED = Crew("a tenth of their mistakes", sharing=(1, 3), shared=0.1)
MUCH_SHARED = Crew("a quarter of their mistakes", sharing=(1, 3), shared=0.25)


def run(*, quick: bool) -> Study:
    """Simulate panels, and read the real ones."""
    repetitions = 200 if quick else 2000
    population = 1000 if quick else 6000
    rng = np.random.default_rng(20260301)
    crews = {
        crew.name: Population.of(crew, population, rng)
        for crew in (ALIKE, LESS_CAREFUL, CARELESS, LITTLE_SHARED, MUCH_SHARED)
    }
    coverage, picture = _coverage(crews[ALIKE.name], repetitions, rng)
    text = TEXT.format(
        repetitions=f"{repetitions:,}",
        coverage=coverage,
        apart=_apart(crews, repetitions, rng),
        alike=_alike(crews, repetitions, rng),
        real=_real(),
    )
    return Study("Evidence: agreement", text, {"agreement-coverage.svg": picture})


@dataclass(frozen=True, eq=False)
class Population:
    """Counts of many images that one crew labelled."""

    values: NDArray[np.float64]
    overlaps: NDArray[np.int64]

    @classmethod
    def of(cls, crew: Crew, images: int, rng: np.random.Generator) -> "Population":
        """Let a crew label images that differ in size, in what they show, and in how hard."""
        counted = [_label(crew, rng) for _ in range(images)]
        return cls(
            np.stack([found.values for found in counted]),
            np.stack([found.overlaps for found in counted]),
        )

    def series(self, chosen: NDArray[np.intp]) -> list[PairSeries]:
        """Return the pairs on a sample of the images."""
        number = np.arange(chosen.size)
        return [
            PairSeries(*pair, number, self.overlaps[chosen, place])
            for place, pair in enumerate(pairs_of(RATERS))
        ]


def _label(crew: Crew, rng: np.random.Generator) -> PanelCounts:
    pixels = int(np.exp(rng.normal(np.log(600), 0.5)))
    shares = rng.dirichlet(6 * FREQUENCIES)
    truth = rng.choice(5, pixels, p=shares) + 1
    hard = 0.3 * rng.beta(1.2, 3)
    common = rng.random(pixels), rng.integers(1, 6, pixels)
    alike = rng.random(pixels)
    maps = []
    for place, clumsy in enumerate(crew.clumsiness):
        luck, guess = rng.random(pixels), rng.integers(1, 6, pixels)
        if place in crew.sharing:
            same = alike < crew.shared
            luck, guess = np.where(same, common[0], luck), np.where(same, common[1], guess)
        said = np.where(luck < hard * clumsy, guess, truth)
        maps.append(LabelMap.from_dense(said[np.newaxis]))
    return count_panel(maps, ONTOLOGY, DISTANCE, outlines=False)


def _iou(counts: NDArray[Any]) -> NDArray[np.float64]:
    return IOU.overall(counts, DISTANCE)


#: Those whose intervals are tried; kappa hardly differs from alpha where nobody is missing.
STATISTICS = (ALPHA, PIXELS, IOU, DICE)


def _estimate(population: Population, chosen: NDArray[np.intp], statistic: Statistic) -> Estimate:
    def score(counts: NDArray[Any]) -> NDArray[np.float64]:
        return statistic.overall(counts, DISTANCE)

    if statistic.made_of == "values":
        return estimate_agreement(score, population.values[chosen], scale=statistic.scale)
    return estimate_mean(
        population.series(chosen), score, images=chosen.size, scale=statistic.scale
    )


def _truth(population: Population, statistic: Statistic) -> float:
    counts = population.values if statistic.made_of == "values" else population.overlaps
    return float(statistic.overall(counts.sum(axis=0), DISTANCE).mean())


def _samples(
    population: Population, images: int, repetitions: int, rng: np.random.Generator
) -> Iterator[NDArray[np.intp]]:
    for _ in range(repetitions):
        yield rng.integers(0, len(population.values), images)


def _coverage(
    population: Population, repetitions: int, rng: np.random.Generator
) -> tuple[str, str]:
    hits = {(entry.title, images): 0 for entry in STATISTICS for images in IMAGES}
    naive = dict.fromkeys(IMAGES, 0)
    truths = {entry.title: _truth(population, entry) for entry in STATISTICS}
    for images in IMAGES:
        for chosen in _samples(population, images, repetitions, rng):
            for entry in STATISTICS:
                found = _estimate(population, chosen, entry)
                hits[entry.title, images] += bool(found.low <= truths[entry.title] <= found.high)
            naive[images] += _naive(population.values[chosen], truths[PIXELS.title])
    rows = [
        (entry.title, *(rate(hits[entry.title, images], repetitions) for images in IMAGES))
        for entry in STATISTICS
    ]
    rows.append(
        (
            "*Pixel agreement, as if pixels were independent*",
            *(rate(naive[images], repetitions) for images in IMAGES),
        )
    )
    titles = ("Statistic", *(f"{images} images" for images in IMAGES))
    return table(titles, rows), _picture(hits, naive, repetitions)


def _naive(values: NDArray[np.float64], truth: float) -> bool:
    """Whether an interval covers that takes every pixel for a unit of its own."""
    share = float(pixel_agreement(values.sum(axis=0)))
    pixels = values[..., 3].sum()
    return bool(abs(share - truth) <= 1.96 * np.sqrt(share * (1 - share) / pixels))


def _picture(hits: dict[tuple[str, int], int], naive: dict[int, int], repetitions: int) -> str:
    drawn, (axis,) = figure()
    axis.axhspan(93.5, 96.5, color="#dddddd", label="95 ± 1.5 %")
    for entry in STATISTICS:
        shares = [100 * hits[entry.title, images] / repetitions for images in IMAGES]
        axis.plot(IMAGES, shares, marker="o", label=entry.title)
    shares = [100 * naive[images] / repetitions for images in IMAGES]
    axis.plot(IMAGES, shares, "--", color="#7f7f7f", label="as if pixels were independent")
    axis.set(
        xscale="log", xticks=IMAGES, xticklabels=IMAGES, xlabel="Images",
        ylabel="Intervals that cover, %", ylim=(0, 101), title="Intervals over images cover",
    )  # fmt: skip
    axis.minorticks_off()
    axis.legend(loc="center right")
    return svg(drawn)


def _apart(crews: dict[str, Population], repetitions: int, rng: np.random.Generator) -> str:
    rows = []
    for name in (ALIKE.name, LESS_CAREFUL.name, CARELESS.name):
        population = crews[name]
        for images in (20, 100):
            last, others = 0, 0
            for chosen in _samples(population, images, repetitions, rng):
                series = population.series(chosen)
                found = [_stands_apart(series, place, images) for place in range(RATERS)]
                last += found[-1]
                others += any(found[:-1])
            rows.append((name, images, rate(last, repetitions), rate(others, repetitions)))
    titles = ("Annotators", "Images", "The last one is found", "Any of the others is found")
    return table(titles, rows)


def _stands_apart(series: list[PairSeries], place: int, images: int) -> bool:
    plan = AgreementPlan()
    confidence = 1 - (1 - plan.confidence) / RATERS
    found = estimate_standing(series, place, _iou, images=images, confidence=confidence)
    return bool(found.high < 0 and found.value <= -plan.apart_by)


def _alike(crews: dict[str, Population], repetitions: int, rng: np.random.Generator) -> str:
    names = (LITTLE_SHARED.name, MUCH_SHARED.name)
    rows = []
    for images in IMAGES:
        found = dict.fromkeys(names, 0)
        for name in names:
            for chosen in _samples(crews[name], images, repetitions, rng):
                counts = crews[name].overlaps[chosen].sum(axis=0)
                far = np.zeros((RATERS, RATERS))
                for (one, two), iou in zip(pairs_of(RATERS), _iou(counts), strict=True):
                    far[one, two] = far[two, one] = 1 - iou
                first = cluster(far).joins[0]
                found[name] += {first.first, first.second} == set(MUCH_SHARED.sharing)
        rows.append((images, *(rate(found[name], repetitions) for name in names)))
    return table(("Images", *(f"They share {name}" for name in names)), rows)


EXPERTS = {
    4: ("Expert1", "Expert2", "Expert3"),
    6: tuple(f"Person{n}_{tool}" for n in range(1, 6) for tool in ("Amira", "ImageJ")),
}


def _real() -> str:
    if not DATA.is_dir():
        return "*Not run: the real data does not lie beside this checkout.*"
    rows = []
    for number, experts in EXPERTS.items():
        folder = DATA / "bu_bil" / f"BU-BIL_Dataset{number}"
        found = list(bu_bil.cases(folder, number))
        people = {
            f"{len(experts)} experts": [bu_bil.expert(folder, found, name) for name in experts],
            "7 crowd workers": [bu_bil.worker(folder, found, n) for n in range(1, 8)],
        }
        for who, deliveries in people.items():
            report = agree(Panel(tuple(deliveries)), workers=1)
            scores = report.scores
            cells = [
                f"{scores[name].value:.3f} ({scores[name].low:.3f}–{scores[name].high:.3f})"
                for name in ("krippendorff_alpha", "pairwise_iou", "pairwise_boundary_f")
            ]
            away = f"{scores['boundary_distance_px'].value:.2f} px"
            apart = ", ".join(entry.name for entry in report.annotators if entry.apart)
            rows.append((f"{number}: {who}", report.compared, *cells, away, apart or "nobody"))
    titles = ("Data set", "Images", "Alpha", "IoU", "Boundary F", "Outlines apart", "Stands apart")
    return table(titles, rows)


TEXT = """\
[Agreement](../agreement.md) says what these figures are. Everything here comes from
`python -m studies --only agreement --write`.

## Do the intervals cover?

A population of images is made up that differ in size, in what they show and in how hard they are;
five annotators make mistakes at random, more of them where an image is hard. {repetitions} panels
are drawn for each number of images, and it is counted how often the 95 % interval holds the value
of the whole population. In brackets: exact 95 % interval of the rate.

{coverage}

![Share of intervals that cover, by number of images](images/agreement-coverage.svg)

The last row shows why pixels are no units: such intervals are far too short, however many images
there are. IoU and Dice are means over classes, and one of the five is rare here, 3 % of the pixels
and in few images: with few images its score rests on two or three of them, and tends to be too low,
so those intervals miss more often than they say until there are about a hundred images.

## Who stands apart?

An annotator is said to stand apart who surely agrees less with the others than they do among
themselves, by 0.02 IoU or more. With five annotators of one kind nobody should be found; that any
is found is a false alarm, held at 5 % for all five at once. Who makes a fifth more mistakes lies
0.02 below, right at the limit, so is found about half of the time however many images there are.

{apart}

## Who is like whom?

Two of five annotators make some of their mistakes alike. How often does the tree join them first?
By chance it would be one in ten.

{alike}

## Real panels

BU-BIL (Gurari et al. 2015): one object an image, traced by experts and by workers of Mechanical
Turk. In data set 4, fluorescent cells with clear outlines, experts agree clearly more than the
crowd. In data set 6, an MRI of a vessel with a faint outline, they do **not**: two tools of one
person stand far apart from the rest, and the crowd's masks were aligned to the gold by whoever
published them, which flatters them. Human agreement is a property of the images as much as of the
people.

{real}
"""
