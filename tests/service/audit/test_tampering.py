"""Every trick of the study, some times each; the study itself has thousands."""

from random import Random

from studies.audit import TRICKS, is_sound, tamper

CHANCE = Random(7)  # noqa: S311 - chance that anybody can repeat


def test_every_tampering_is_detected_and_its_first_entry_named() -> None:
    tallies, widths, held = tamper(5 * len(TRICKS), CHANCE)
    assert all(0 < tally.trials == tally.detected == tally.named for tally in tallies.values())
    assert held == len(widths)


def test_no_honest_log_is_blamed() -> None:
    assert all(is_sound(CHANCE) for _ in range(40))
