"""What charts and tables show follows from the report by plain arithmetic."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.metrics import Confusion
from assay.render.evaluation.confusions import MOST_CLASSES, heat_of, worst_mistakes
from assay.render.evaluation.market import market_of
from assay.render.evaluation.sentences import support_of, verdict_of
from assay.render.evaluation.spread import spread_of, worst_first
from assay.render.evaluation.stacks import kind_rows_of_classes, most_wrong, stack_kinds, stack_rows
from assay.render.finding_groups import group_findings
from assay.render.kinds import KINDS
from assay.render.scale import fit_scale, fit_share_scale
from assay.report import Score
from assay.sourcing import Money
from render.examples import FINDINGS, example_pilot, example_report


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6))
def test_scale_holds_every_value_between_round_ticks(values: list[float]) -> None:
    scale = fit_scale(values)
    slack = 1e-8 * (scale.high - scale.low)
    assert scale.low <= min(values) + slack
    assert scale.high >= max(values) - slack
    assert 2 <= len(scale.ticks) <= 8
    assert all(0 <= scale.place(value) <= 100 for value in values)


def test_scale_of_shares_stays_between_nothing_and_everything() -> None:
    scale = fit_scale([0.97, 0.999], within=(0, 1))
    assert scale.high == 1.0
    assert [scale.label(tick) for tick in scale.ticks] == ["0.97", "0.98", "0.99", "1.00"]


def test_scale_of_distances_may_pass_one() -> None:
    assert fit_share_scale([0.5, 7.3]).high >= 7.3
    assert fit_share_scale([0.91, 0.99]).high == 1.0


def test_scale_of_one_value_has_room_around_it() -> None:
    scale = fit_scale([0.5])
    assert 0 < scale.place(0.5) < 100


def test_scale_of_nothing_known_runs_from_nothing_to_everything() -> None:
    assert fit_scale([math.nan]).ticks[0] == 0.0


def test_segments_of_a_bar_follow_one_another_and_sum_to_its_share() -> None:
    stack = stack_kinds("car", [10, 0, 5, 5, 0], of=100, longest=0.4)
    assert [(s.kind.name, s.start, s.length) for s in stack.segments] == [
        ("boundary_offset", 0, 25),
        ("invented_region", 25, 12.5),
        ("swapped_class", 37.5, 12.5),
    ]
    assert stack.share == 0.2


def test_bars_without_a_wrong_pixel_are_empty() -> None:
    (stack,) = stack_rows([("car", [0] * len(KINDS), 10)])
    assert stack.segments == ()
    assert stack.share == 0


def test_class_rows_sum_to_all_wrong_pixels() -> None:
    report = example_report()
    assert report.anatomy is not None
    rows = kind_rows_of_classes(report)
    assert sum(sum(counts) for _, counts, _ in rows) == report.anatomy.wrong


def test_bars_are_kept_for_the_most_wrong_rows_in_their_own_order() -> None:
    rows = [("a", [1, 0, 0, 0, 0], 9), ("b", [0] * 5, 9), ("c", [0, 5, 0, 0, 0], 9)]
    assert [name for name, _, _ in most_wrong(rows, 2)] == ["a", "c"]


def test_heat_shares_of_a_row_sum_to_one() -> None:
    heat = heat_of(example_report().confusion)
    assert heat.columns[-1] == "unlabelled"
    for row in heat.rows:
        assert sum(cell.share for cell in row.cells) == pytest.approx(1)
        assert sum(cell.correct for cell in row.cells) == 1


def test_heat_of_many_classes_keeps_the_faulty_ones_and_says_what_it_left_out() -> None:
    counts = np.zeros((60, 61), np.int64)
    np.fill_diagonal(counts, 100)
    counts[50, 3] = 7
    heat = heat_of(Confusion(tuple(f"c{n}" for n in range(60)), counts))
    assert len(heat.rows) == MOST_CLASSES
    assert heat.left_out == 60 - MOST_CLASSES
    assert {"c50", "c3"} <= {row.reference for row in heat.rows}


def test_heat_leaves_out_classes_that_nobody_used() -> None:
    heat = heat_of(Confusion(("a", "b", "c"), np.array([[5, 0, 1, 0], [0] * 4, [0] * 4])))
    assert heat.columns == ("a", "c", "unlabelled")
    assert [row.reference for row in heat.rows] == ["a"]


def test_mistakes_come_with_their_share_of_the_class_largest_first() -> None:
    mistakes = worst_mistakes(Confusion(("a", "b"), np.array([[6, 1, 3], [2, 8, 0]])))
    assert [(m.reference, m.given, m.pixels, m.share) for m in mistakes] == [
        ("a", "unlabelled", 3, 0.3),
        ("b", "a", 2, 0.2),
        ("a", "b", 1, 0.1),
    ]


def test_findings_are_grouped_errors_first_then_the_frequent() -> None:
    groups = group_findings(FINDINGS)
    assert [(g.severity.value, g.rule, len(g.findings)) for g in groups] == [
        ("error", "item-missing", 1),
        ("error", "png-checksum", 1),
        ("warning", "undeclared-class", 2),
        ("info", "item-unexpected", 1),
    ]
    assert groups[2].remedies == ("Use the ids of the ontology.",)


def test_spread_counts_every_scored_image_once() -> None:
    report = example_report()
    assert sum(b.images for b in spread_of(report.items, "mean_iou")) == len(report.items)
    perfect = [replace(report.items[0], scores={"mean_iou": 1.0})]
    assert spread_of(perfect, "mean_iou")[-1].images == 1
    assert sum(b.images for b in spread_of(report.items, "absent")) == 0


def test_worst_images_come_first_and_unscored_ones_last() -> None:
    items = example_report().items
    unknown = replace(items[0], scores={})
    order = worst_first([unknown, *items[1:]], "mean_iou")
    scores = [item.scores["mean_iou"] for item in order[:-1]]
    assert scores == sorted(scores)
    assert order[-1] is unknown


def test_verdict_without_an_interval_says_why() -> None:
    report = replace(example_report(), scores={"mean_iou": Score(0.5)})
    assert verdict_of(report).endswith("of 0.500; so few images allow no interval.")


def test_support_counts_lost_images_and_severe_errors() -> None:
    text = " ".join(support_of(example_report()))
    assert "2 of 14 images are missing" in text
    assert "3 were made up" in text
    assert "second annotator 0.910" in text


def test_severe_errors_that_were_not_measured_are_not_called_none() -> None:
    report = example_report()
    plan = replace(report.plan, measures=("overlap",))
    assert not any("missed" in sentence for sentence in support_of(replace(report, plan=plan)))


def test_market_needs_prices_in_one_currency() -> None:
    pilot = example_pilot()
    market = market_of(pilot)
    assert market is not None
    assert (market.points[0].name, market.points[0].price) == ("Northlight", "4.10 EUR")
    assert market.across.low == 0
    foreign = replace(pilot.results[0].vendor, price_per_image=Money("USD", 100))
    mixed = (replace(pilot.results[0], vendor=foreign), *pilot.results[1:])
    assert market_of(replace(pilot, results=mixed)) is None
