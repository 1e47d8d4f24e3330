"""Acceptance: are the stated risks kept, and how many images does looking one by one save?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from assay.sampling import Limits, Outcomes, Population
from assay.sampling.attributes import (
    ATTRIBUTES,
    AttributesParameters,
    LotTest,
    exact_test,
    probability_of_acceptance,
)
from assay.sampling.characteristic import make_values, play, shift_means, simulate_characteristic
from assay.sampling.fixed_size import FIXED_SIZE, FixedSizeParameters, fixed_test
from assay.sampling.iso2859 import Iso2859Parameters, lot_plan, promise
from assay.sampling.plan import ACCEPTED, REJECTED, AcceptancePlan
from assay.sampling.sequential import SEQUENTIAL, SequentialParameters, bounds, decide
from assay.sampling.sizes import gold_size, pilot_size
from studies.drawing import figure, svg
from studies.score_pools import Maker, bu_bil_scores, makers
from studies.study import DATA, Study, rate, table

LIMITS = Limits(0.88, 0.80)
SHARES = Limits(0.98, 0.90)
SIZES = (50, 200, 500, 2000)
SEED = 20260101

#: True means of the batches, and what they are called.
CASES: Mapping[str, float] = {
    "clearly bad": 0.72,
    "bad": LIMITS.bad,
    "between": LIMITS.middle,
    "good": LIMITS.good,
    "clearly good": 0.96,
}


def run(*, quick: bool) -> Study:
    """Simulate every plan over sizes, shapes of scores and true means."""
    repetitions = 200 if quick else 2000
    played = {
        (size, shape, case): _play(
            SEQUENTIAL, size, SequentialParameters(), maker, CASES[case], repetitions, LIMITS
        )
        for size in SIZES
        for shape, maker in makers().items()
        for case in CASES
    }
    pictures = {"acceptance-curves.svg": _curves(repetitions), "acceptance-path.svg": _path()}
    parts = [
        _introduction(repetitions, played),
        "## Are the risks kept?",
        _risks(played, repetitions),
        "## How many images are looked at?",
        _looks(played, repetitions),
        (
            "![Probability of acceptance and images looked at against the true mean]"
            "(images/acceptance-curves.svg)"
        ),
        "![Bounds closing in on the limits, image by image](images/acceptance-path.svg)",
        "## How to bet",
        _strategies(repetitions),
        "## Weighted tiers",
        _tiers(repetitions),
        "## Severe errors",
        _severe(repetitions),
        "## Plans of fixed size",
        _fixed(repetitions),
        "## ISO 2859-1",
        _iso(repetitions),
        "## How many pilot images",
        _pilot(repetitions),
    ]
    return Study("Acceptance", "\n\n".join(parts), pictures)


def _play(
    plan: AcceptancePlan,
    size: int,
    parameters: object,
    maker: Maker,
    mean: float,
    repetitions: int,
    limits: Limits,
) -> Outcomes:
    generator = np.random.default_rng([SEED, size, round(1e6 * mean)])
    make = partial(_made, maker, generator, size, mean)
    return play(plan, Population.of(size), limits, parameters, make, repetitions)


def _made(
    maker: Maker, generator: np.random.Generator, size: int, mean: float, batches: int
) -> NDArray[np.float64]:
    return maker(generator, batches, size, mean)


Played = Mapping[tuple[int, str, str], Outcomes]


def _wrong(found: Outcomes, code: int) -> int:
    return int((found.verdicts == code).sum())


def _introduction(repetitions: int, played: Played) -> str:
    accepts = [_wrong(f, ACCEPTED) for (_, _, case), f in played.items() if case == "bad"]
    rejects = [_wrong(f, REJECTED) for (_, _, case), f in played.items() if case == "good"]
    clear = [f for (_, _, case), f in played.items() if case.startswith("clearly")]
    sizes = [size for (size, _, case) in played if case.startswith("clearly")]
    worst = max(
        float(f.looked.mean()) / fixed_test(Population.of(s), LIMITS, FixedSizeParameters()).size
        for s, f in zip(sizes, clear, strict=True)
    )
    return (
        f"Limits: good {LIMITS.good}, bad {LIMITS.bad}; both risks 5 %. Each cell has "
        f"{repetitions:,} batches, made so that every batch's mean is *exactly* the limit, where a "
        "plan is wrong most often, and looked at in random order, without replacement.\n\n"
        f"* False accepts: at most {100 * max(accepts) / repetitions:.1f} % in any of "
        f"{len(accepts)} cells. False rejects: at most {100 * max(rejects) / repetitions:.1f} %.\n"
        "* Clearly good and clearly bad batches (means 0.96 and 0.72) take at most "
        f"{100 * worst:.0f} % of the images of the fixed-size plan with equal risks; no batch took "
        "more images than it has.\n\n"
        "Shapes of scores: Beta distributions of small and large spread; good images with some "
        "broken ones; right or wrong, the widest there is; weighted IoU of two simulated vendors; "
        "IoU of BU-BIL's crowd workers with expert gold; Jaccard index of IMA++ annotator pairs. "
        "Real scores are drawn with replacement and bent a little to have the mean in question."
    )


def _risks(played: Played, repetitions: int) -> str:
    rows = []
    for shape in makers():
        for case, code, name in (("bad", ACCEPTED, "accept"), ("good", REJECTED, "reject")):
            cells = (rate(_wrong(played[size, shape, case], code), repetitions) for size in SIZES)
            rows.append((f"{shape}: false {name}", *cells))
    return table(("Scores", *(f"batch of {size:,}" for size in SIZES)), rows)


def _looks(played: Played, repetitions: int) -> str:
    plans = {s: fixed_test(Population.of(s), LIMITS, FixedSizeParameters()).size for s in SIZES}
    rows: list[Sequence[object]] = []
    for size in SIZES:
        for shape, maker in makers().items():
            looked = [played[size, shape, case].looked for case in CASES]
            cells = (
                f"{mean:.0f} ({100 * mean / plans[size]:.0f} %)"
                for mean in (found.mean() for found in looked)
            )
            most = max(int(found.max()) for found in looked)
            rows.append(
                (
                    f"{size:,}, {shape}",
                    *cells,
                    f"{most:,}",
                    _with_spread(size, maker),
                    _oracle(size, maker, repetitions),
                )
            )
    heading = ("Batch, scores", *CASES, "most", "SD known", "oracle")
    sizes = ", ".join(f"{plan:,} of {size:,}" for size, plan in plans.items())
    return (
        "Mean number of images looked at, and in brackets its share of the fixed-size plan that "
        f"has the same guarantee ({sizes} images). *Most* is the largest number in any batch. "
        "*SD known* is the fixed-size plan that is told how much just these scores spread. "
        "*Oracle* is the smallest fixed sample that would keep both risks for just these scores, "
        "found by simulation: it needs to know the distribution of scores beforehand, which "
        "nobody does, and keeps no promise when it is wrong.\n\n"
        + table(heading, rows)
        + "\n\nGood batches whose scores spread little take more images than a plan that was told "
        "so and believed it: to exclude, without assuming anything, that a fifth of the images is "
        "broken, some twenty must be looked at, however alike the first ten are. Where scores "
        "spread, looking one by one wins against either, and bad batches are found out at once."
    )


def _with_spread(size: int, maker: Maker) -> int:
    """Return the size of the fixed plan that is told how much these scores spread."""
    values = maker(np.random.default_rng(SEED), 100, size, LIMITS.middle)
    parameters = FixedSizeParameters(min(float(values.std(axis=1).mean()), 0.5))
    return fixed_test(Population.of(size), LIMITS, parameters).size


@cache
def _oracle(size: int, maker: Maker, repetitions: int) -> int:
    """Return the smallest sample whose means at both limits a threshold tells apart."""
    generator = np.random.default_rng([SEED, size])
    count = np.arange(1, size + 1)
    batches = min(repetitions, 1000)
    high, low = (
        np.quantile(
            np.cumsum(maker(generator, batches, size, mean), axis=1) / count, quantile, axis=0
        )
        for mean, quantile in ((LIMITS.bad, 0.95), (LIMITS.good, 0.05))
    )
    apart = low > high
    # From there on it stays apart: chance in the quantiles must not name a lucky size.
    together = np.flatnonzero(~apart)
    return int(together[-1]) + 2 if len(together) else 1


def _strategies(repetitions: int) -> str:
    size, rows = 500, []
    for shape, maker in makers().items():
        for strategy in ("mixture", "agrapa", "plug-in"):
            parameters = SequentialParameters(strategy)
            found = {
                case: _play(SEQUENTIAL, size, parameters, maker, mean, repetitions, LIMITS)
                for case, mean in CASES.items()
            }
            wrong = (
                _wrong(found["bad"], ACCEPTED) / repetitions,
                _wrong(found["good"], REJECTED) / repetitions,
            )
            rows.append(
                (
                    f"{shape}: {strategy}",
                    *(f"{found[case].looked.mean():.0f}" for case in CASES),
                    *(f"{100 * share:.1f} %" for share in wrong),
                )
            )
    return (
        f"Mean number of images looked at in batches of {size}, and how often each way of betting "
        "is wrong. The mixture is the default. The predictable plug-in wins some images on good "
        "batches whose scores spread little, where it stakes nearly all, and takes more of every "
        "other; aGRAPA learns what it sees and is late. Where broken images are rare, or images "
        "right or wrong, both first see no fault, stake too much, and lose what they had.\n\n"
        + table(("Scores, strategy", *CASES, "false accept", "false reject"), rows)
    )


@dataclass(frozen=True)
class _TierCase:
    """A batch of two tiers of unlike weight, whose quality differs as well."""

    name: str
    test_mean: float


def _tiers(repetitions: int) -> str:
    rows = []
    for size in (100, 1000):
        for case in (
            _TierCase("alike", 0.0),
            _TierCase("test worse", -0.08),
            _TierCase("test better", 0.08),
        ):
            for limit, code, name in (
                (LIMITS.bad, ACCEPTED, "false accept"),
                (LIMITS.good, REJECTED, "false reject"),
            ):
                found = _weighted(size, case, limit, repetitions)
                rows.append(
                    (
                        f"{size:,}, {case.name}: {name}",
                        rate(_wrong(found, code), repetitions),
                        f"{found.looked.mean():.0f}",
                    )
                )
    return (
        "A fifth of the images is for testing and weighs five times as much as the others; the "
        "next image is drawn with a probability proportional to its weight. The *weighted* mean is "
        "exactly at the limit, while the tiers differ from each other.\n\n"
        + table(("Batch, tiers", "rate", "mean looked at"), rows)
    )


def _weighted(size: int, case: _TierCase, mean: float, repetitions: int) -> Outcomes:
    generator = np.random.default_rng([SEED, size, round(1e6 * mean)])
    weights = np.where(np.arange(size) < size // 5, 5.0, 1.0)
    share = 5 * (size // 5) / weights.sum()
    test = mean + case.test_mean
    train = mean - case.test_mean * share / (1 - share)
    verdicts, looked = [], []
    for _ in range(repetitions):
        values = np.concatenate(
            [
                shift_means(generator.beta(6 * test, 6 - 6 * test, size // 5), test),
                shift_means(generator.beta(6 * train, 6 - 6 * train, size - size // 5), train),
            ]
        )
        order = np.argsort(generator.exponential(size=size) / weights)
        found = decide(
            values[order][np.newaxis], Population(weights[order]), LIMITS, SequentialParameters()
        )
        verdicts.append(found.verdicts)
        looked.append(found.looked)
    return Outcomes(np.concatenate(verdicts), np.concatenate(looked))


def _severe(repetitions: int) -> str:
    rows, shares = [], []
    for size in SIZES:
        exact = exact_test(Population.of(size), SHARES, AttributesParameters())
        for plan, parameters in (
            (SEQUENTIAL, SequentialParameters()),
            (ATTRIBUTES, AttributesParameters()),
        ):
            found: dict[str, Outcomes] = {
                name: _play(plan, size, parameters, _binary, mean, repetitions, SHARES)
                for name, mean in (("none", 1.0), ("good", 0.98), ("bad", 0.90), ("worse", 0.75))
            }
            rows.append(
                (
                    f"{size:,}, {plan.name}",
                    rate(_wrong(found["bad"], ACCEPTED), repetitions),
                    rate(_wrong(found["good"], REJECTED), repetitions),
                    *(f"{found[name].looked.mean():.0f}" for name in found),
                    f"{exact.size} / {exact.most}",
                )
            )
            if plan is SEQUENTIAL:
                clear = (found[name].looked.mean() / exact.size for name in ("none", "worse"))
                shares.append("{:.0f} and {:.0f} %".format(*(100 * share for share in clear)))
    least = gold_size(1 - SHARES.bad, lot=SIZES[0], errors=0).rows[0][1]
    heading = (
        "Batch, plan", "false accept", "false reject", "none", "2 %", "10 %", "25 %", "exact plan",
    )  # fmt: skip
    return (
        "Limits: at most 2 % of the images with a severe error is good, 10 % or more is bad. "
        "Mean number of images looked at where no image, 2 %, 10 % and 25 % have one; the last "
        "column is sample size and acceptance number of the exact plan, which already stops at one "
        "error too many.\n\n"
        + table(heading, rows)
        + "\n\nOf the exact plan's sample the sequential plan takes, for batches without a severe "
        f"error and for those with 25 %, {'; '.join(shares)}, from small to large. The mark of one "
        f"half is missed in the batch of {SIZES[0]} without an error, and must be: no plan can "
        f"exclude a tenth of {SIZES[0]} images before {least} were seen to be right."
    )


def _binary(
    generator: np.random.Generator, batches: int, size: int, mean: float
) -> NDArray[np.float64]:
    return make_values(generator, batches, size, mean, 0.0)


def _fixed(repetitions: int) -> str:
    rows = []
    for size in (1000, 5000):
        for spread, shape, made in ((0.0, "right or wrong", 0.0), (0.15, "beta, SD 0.15", 0.148)):
            parameters = FixedSizeParameters(spread)
            test = fixed_test(Population.of(size), LIMITS, parameters)
            maker = partial(_spread, made)
            found = {
                mean: _play(FIXED_SIZE, size, parameters, maker, mean, repetitions, LIMITS)
                for mean in (LIMITS.bad, LIMITS.good)
            }
            rows.append(
                (
                    f"{size:,}, {shape}, spread {spread:g}",
                    test.size,
                    f"{test.critical:.3f}",
                    rate(_wrong(found[LIMITS.bad], ACCEPTED), repetitions),
                    rate(_wrong(found[LIMITS.good], REJECTED), repetitions),
                )
            )
    return (
        "The price of a guarantee for every distribution is a plan that is hardly ever wrong, and "
        "large. A spread that the terms state makes it several times smaller.\n\n"
        + table(("Batch, scores", "images", "critical", "false accept", "false reject"), rows)
    )


def _spread(
    spread: float, generator: np.random.Generator, batches: int, size: int, mean: float
) -> NDArray[np.float64]:
    return make_values(generator, batches, size, mean, spread)


def _iso(repetitions: int) -> str:
    rows = [
        _iso_row(lot, aql, inspection, repetitions)
        for lot in (200, 1000, 5000)
        for aql in (1.0, 2.5)
        for inspection in ("normal", "tightened", "reduced")
    ]
    return (
        "Sample size, acceptance and rejection number; how often a lot of exactly the AQL is "
        "rejected, computed (hypergeometric) and simulated; and the quality that still passes one "
        "time in twenty. The AQL protects the vendor; the last column is what the buyer gets.\n\n"
        + table(
            ("Lot, AQL", "n / Ac / Re", "rejected at AQL", "simulated", "5 % pass with"),
            rows,
        )
    )


def _iso_row(lot: int, aql: float, inspection: Any, repetitions: int) -> Sequence[object]:
    parameters = Iso2859Parameters(aql, "II", inspection)
    plan = lot_plan(lot, aql=aql, inspection=inspection)
    stated = promise(Population.of(lot), Limits(1 - aql / 100, 0.0), parameters)
    faulty = int(lot * aql / 100 + 1e-9)
    computed = 1 - probability_of_acceptance(lot, faulty, LotTest(plan.size, plan.reject - 1))
    generator = np.random.default_rng([SEED, lot])
    seen = generator.hypergeometric(faulty, lot - faulty, plan.size, repetitions)
    return (
        f"{lot:,}, {aql:g} %, {inspection}",
        f"{plan.size} / {plan.accept} / {plan.reject}",
        f"{100 * computed:.1f} %",
        rate(int((seen >= plan.reject).sum()), repetitions),
        f"{100 * (1 - stated.bad):.1f} %",
    )


def _pilot(repetitions: int) -> str:
    rows = [
        (
            f"{name}, {difference:.2f} apart",
            f"{spread:.3f}",
            f"{planned.images:.0f}",
            rate(_shown(pool, difference, int(planned.images), repetitions), repetitions),
        )
        for name, pool in _paired_pools()
        for difference in (0.02, 0.05)
        for spread in (float(pool.std(ddof=1)),)
        for planned in (pilot_size(difference, spread),)
    ]
    return (
        "`assay plan pilot` with the spread of paired differences, 95 % confidence and 80 % power: "
        "how often do so many images, drawn anew, show the difference?\n\n"
        + table(("Paired differences", "spread", "images", "shown in"), rows)
    )


def _paired_pools() -> Iterator[tuple[str, NDArray[np.float64]]]:
    generator = np.random.default_rng(SEED)
    yield "normal", generator.normal(0, 0.10, 20_000)
    yield "skewed (Beta)", generator.beta(8, 2, 20_000) - generator.beta(14, 2, 20_000)
    if (DATA / "bu_bil").is_dir():
        scores = bu_bil_scores().reshape(-1, 7)
        yield "BU-BIL workers 1 and 2", scores[:, 0] - scores[:, 1]
        yield "BU-BIL workers 3 and 4", scores[:, 2] - scores[:, 3]


def _shown(pool: NDArray[np.float64], difference: float, images: int, repetitions: int) -> int:
    """Count the pilots whose interval excludes zero on the right side."""
    generator = np.random.default_rng([SEED, images])
    drawn = generator.choice(pool - pool.mean() + difference, (repetitions, images))
    reach = student.ppf(0.975, images - 1) * drawn.std(axis=1, ddof=1) / np.sqrt(images)
    return int((drawn.mean(axis=1) - reach > 0).sum())


def _curves(repetitions: int) -> str:
    drawn, (left, right) = figure(2)
    means = np.linspace(0.70, 0.98, 15)
    for spread, name in ((0.06, "SD 0.06"), (0.20, "SD 0.20"), (0.0, "right or wrong")):
        found = simulate_characteristic(
            SEQUENTIAL,
            Population.of(500),
            LIMITS,
            SequentialParameters(),
            means=means.tolist(),
            spread=spread,
            repetitions=repetitions,
        )
        left.plot(found.means, found.acceptance, label=name)
        right.plot(found.means, found.looked, label=name)
    for axis in (left, right):
        axis.axvline(LIMITS.bad, color="#7f7f7f", linestyle=":", linewidth=1)
        axis.axvline(LIMITS.good, color="#7f7f7f", linestyle=":", linewidth=1)
        axis.set_xlabel("True mean score of a batch of 500")
    left.set_title("Good batches pass, bad ones do not")
    left.set_ylabel("Probability of acceptance")
    right.set_title("Clear cases need few images")
    right.set_ylabel("Images looked at, mean")
    right.legend()
    return svg(drawn)


def _path() -> str:
    drawn, axes = figure(2)
    generator = np.random.default_rng(SEED)
    for axis, mean, title in (
        (axes[0], 0.93, "A good batch is accepted"),
        (axes[1], 0.75, "A bad batch is rejected"),
    ):
        values = make_values(generator, 1, 500, mean, 0.15)
        looked = int(decide(values, Population.of(500), LIMITS, SequentialParameters()).looked[0])
        count = np.arange(1, looked + 1)
        found = bounds(values[0, :looked], Population.of(500), LIMITS, SequentialParameters())
        edges = np.append(count, looked + 1)
        lower, upper = (np.append(side, side[-1]) for side in (found.lower, found.upper))
        axis.fill_between(edges, lower, upper, alpha=0.2, step="post")
        axis.plot(count, np.cumsum(values[0, :looked]) / count)
        axis.axhline(LIMITS.good, color="#009e73", linestyle="--", linewidth=1)
        axis.axhline(LIMITS.bad, color="#d55e00", linestyle="--", linewidth=1)
        axis.set_title(f"{title} after {looked} images")
        axis.set_xlabel("Images looked at, of 500")
        axis.set_ylabel("Mean score and its bounds")
        axis.set_ylim(0, 1)
    return svg(drawn)
