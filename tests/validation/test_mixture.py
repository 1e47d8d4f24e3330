"""Mixtures of classes against the history: the stated rate of false alarms is kept."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assay.assess.validate import Surroundings, validate
from assay.errors import ParameterError, SourceError
from assay.labels import LabelMap
from assay.validation import History
from assay.validation.mixture import strangeness
from assay.validation.plan import ValidationPlan
from assess.deliveries import in_memory
from maps import TINY

#: Logarithms of the usual shares of five classes, and how they vary together.
CENTRE = np.log([0.4, 0.3, 0.2, 0.08, 0.02])
SPREAD = np.array([0.3, 0.3, 0.4, 0.6, 1.0])


def images(rng: np.random.Generator, number: int) -> NDArray[np.int64]:
    """Return pixels of classes in images of one project; the rarest class is often absent."""
    logs = CENTRE + SPREAD * rng.standard_normal((number, 5))
    logs[:, 0] += 0.5 * (logs[:, 1] - CENTRE[1])
    shares = np.exp(logs)
    shares[rng.random(number) < 0.6, 4] = 0
    pixels: NDArray[np.int64] = (1e6 * shares / shares.sum(axis=1, keepdims=True)).astype(np.int64)
    return pixels


def judged(past: NDArray[np.int64], present: NDArray[np.int64]) -> NDArray[np.float64]:
    return strangeness(past, present, least_share=0.001)


@pytest.mark.parametrize("rate", [0.01, 0.05])
def test_ordinary_images_are_found_at_the_stated_rate(rate: float) -> None:
    rng = np.random.default_rng(8)
    found = [float((judged(images(rng, 199), images(rng, 100)) <= rate).mean()) for _ in range(40)]
    # 4,000 images that share 40 histories, whose chances are multiples of 1 / 200.
    assert np.mean(found) == pytest.approx(rate, abs=3 * np.std(found) / 40**0.5)


def test_exchanged_classes_are_found() -> None:
    rng = np.random.default_rng(9)
    present = images(rng, 200)
    exchanged = present[:, [3, 1, 2, 0, 4]]
    assert (judged(images(rng, 199), exchanged) <= 0.01).mean() > 0.85


def test_a_few_odd_images_in_the_history_hide_little() -> None:
    rng = np.random.default_rng(10)
    past = images(rng, 400)
    odd = past.copy()
    odd[::40] = odd[::40][:, [3, 1, 2, 0, 4]]
    exchanged = images(rng, 200)[:, [3, 1, 2, 0, 4]]
    assert (judged(odd, exchanged) <= 0.05).mean() > 0.9


def test_classes_that_were_never_there_are_strange() -> None:
    past = np.array([[600 + n, 400 - n, 0] for n in range(99)])
    chances = judged(past, np.array([[500, 300, 200], [650, 350, 0]]))
    assert chances[0] == 0.01
    assert chances[1] > 0.1


def test_the_order_of_classes_and_the_size_of_images_change_nothing() -> None:
    rng = np.random.default_rng(11)
    past, present = images(rng, 120), images(rng, 50)
    order = [2, 0, 4, 1, 3]
    np.testing.assert_allclose(judged(past, present), judged(past[:, order], present[:, order]))
    np.testing.assert_allclose(judged(past, present), judged(7 * past, 3 * present))


def test_one_class_has_no_mixture() -> None:
    assert judged(np.full((99, 1), 7), np.array([[9]])).tolist() == [1.0]


def one_image(road: int) -> LabelMap:
    return LabelMap.from_runs(10, 100, [road * 10, 1000], [1, 2])


def usual(number: int) -> History:
    return History(
        ("road", "car", "person"), np.array([[400 + n, 600 - n, 0] for n in range(number)])
    )


MIXTURE = ValidationPlan(("class-mixture",))


def test_a_strange_item_of_a_delivery_is_named_with_its_class() -> None:
    delivery = in_memory("v", {"a": one_image(45), "b": one_image(1)})
    report = validate(delivery, MIXTURE, surroundings=Surroundings(history=usual(99)), workers=1)
    (finding,) = report.findings
    assert finding.item == "b"
    assert finding.message.startswith("0 of 99 earlier images have a mixture of classes as unusual")
    assert "'road' covers 1.0% here, 40.5% to 49.3%" in finding.message


def test_a_delivery_serves_as_history() -> None:
    past = in_memory("past", {f"{n:02}": one_image(40 + n % 20) for n in range(99)})
    delivery = in_memory("v", {"b": one_image(1)})
    report = validate(delivery, MIXTURE, surroundings=Surroundings(history=past), workers=1)
    assert [finding.item for finding in report.findings] == ["b"]


def test_a_history_too_short_for_the_rate_is_refused_before_any_work() -> None:
    with pytest.raises(ParameterError, match=r"24 images; a false-alarm rate of 1.0% needs .* 99"):
        validate(
            in_memory("v", {"a": one_image(1)}),
            MIXTURE,
            surroundings=Surroundings(history=usual(24)),
            workers=1,
        )


def test_a_history_of_other_classes_is_refused() -> None:
    history = History(("tree",), np.ones((99, 1), np.int64))
    with pytest.raises(ParameterError, match="class 'tree' that the ontology lacks"):
        validate(
            in_memory("v", {"a": one_image(1)}),
            MIXTURE,
            surroundings=Surroundings(history=history),
            workers=1,
        )


def test_a_history_survives_its_file() -> None:

    history = History.of(TINY, [np.array([1, 2, 3]), np.array([4, 5, 6])])
    again = History.from_text(history.to_text())
    assert again.classes == history.classes
    np.testing.assert_array_equal(again.counts, history.counts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"schema": "assay.history/2"}',
        '{"schema": "assay.history/1", "classes": ["a"]}',
        '{"schema": "assay.history/1", "classes": [1], "pixels": []}',
        '{"schema": "assay.history/1", "classes": ["a"], "pixels": [[1, 2]]}',
        '{"schema": "assay.history/1", "classes": ["a"], "pixels": [[-1]]}',
        '{"schema": "assay.history/1", "classes": ["a"], "pixels": [[true]]}',
        '{"schema": "assay.history/1", "classes": ["a"], "pixels": [[1.5]]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_history_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(SourceError, match="Write one with `assay validate --write-history FILE`"):
        History.from_text(text)
