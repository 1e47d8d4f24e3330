"""Several annotators of the same images, read side by side."""

import pytest

from assay import LabelMap
from assay.assess.panel import Panel
from assay.delivery import Severity
from assay.errors import ParameterError
from assay.metrics.patterns import ABSENT, count_patterns
from assess.deliveries import in_memory

SMALL = LabelMap.filled(2, 3, 1)
OTHER = LabelMap.filled(2, 3, 2)


def test_every_item_that_anybody_has_is_an_item_of_the_panel() -> None:
    panel = Panel((in_memory("ann", {"a": SMALL}), in_memory("bob", {"b": OTHER})))
    assert panel.names == ("ann", "bob")
    assert panel.keys == ("a", "b")


def test_an_annotator_without_the_image_is_absent_and_votes_for_nothing() -> None:
    panel = Panel((in_memory("ann", {"a": SMALL}), in_memory("bob", {"b": OTHER})))
    reading = panel.read("a")
    assert reading.maps == (SMALL, None)
    assert count_patterns([reading.votes]).votes.tolist() == [[1, ABSENT]]
    ((name, finding),) = reading.findings
    assert (name, finding.rule, finding.severity) == ("bob", "missing-item", Severity.WARNING)


def test_a_map_of_another_size_than_most_is_left_out_with_a_finding() -> None:
    wide = LabelMap.filled(2, 4, 1)
    panel = Panel(
        tuple(in_memory(n, {"a": m}) for n, m in (("x", wide), ("y", SMALL), ("z", OTHER)))
    )
    reading = panel.read("a")
    assert reading.maps == (None, SMALL, OTHER)
    assert reading.shape == (2, 3)
    ((name, finding),) = reading.findings
    assert (name, finding.rule) == ("x", "wrong-size")
    assert "2×4 px" in finding.message


def test_of_two_sizes_that_tie_the_first_is_the_images() -> None:
    panel = Panel((in_memory("x", {"a": LabelMap.filled(2, 4, 1)}), in_memory("y", {"a": SMALL})))
    assert panel.read("a").shape == (2, 4)


@pytest.mark.parametrize(
    ("names", "says"), [(("ann",), "two or more"), (("ann", "ann"), "its own name")]
)
def test_a_panel_needs_two_annotators_with_names_of_their_own(
    names: tuple[str, ...], says: str
) -> None:
    with pytest.raises(ParameterError, match=says):
        Panel(tuple(in_memory(name, {"a": SMALL}) for name in names))
