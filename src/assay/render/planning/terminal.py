"""Answers of ``assay plan`` at a terminal, and as plain facts in a pipe."""

from rich.console import Console

from assay.render.console import line_of, print_lines, table
from assay.render.planning.sentences import (
    cost_line,
    gold_sentence,
    hours,
    lot_lines,
    lot_sentence,
    pilot_sentence,
    review_sentence,
)
from assay.render.writing import count, decimal, percent
from assay.sampling.lots import LotAnswer
from assay.sampling.review import ReviewCost
from assay.sampling.sizes import GoldSize, PilotSize


def show_pilot_size(found: PilotSize, console: Console) -> None:
    """Print how many pilot images tell vendors apart, and what other numbers would show."""
    console.print(line_of(pilot_sentence(found), "bold"), soft_wrap=True)
    shown = found.curve[:: max(1, len(found.curve) // 8)]
    if not console.is_terminal:
        print_lines(
            console,
            [
                f"spread: {decimal(found.spread)}",
                f"power simulated: {percent(found.power_simulated)}",
                *(f"{images} images: {decimal(difference)}" for images, difference in shown),
            ],
        )
        return
    console.print()
    made = table("What other numbers would show", "Images", "Smallest difference")
    for images, difference in shown:
        made.add_row(count(images), decimal(difference))
    console.print(made)


def show_gold_size(found: GoldSize, console: Console) -> None:
    """Print how many gold images bound the share of severe errors, by the errors seen."""
    console.print(line_of(gold_sentence(found), "bold"), soft_wrap=True)
    if not console.is_terminal:
        print_lines(
            console, (f"{errors} severe errors: {images} images" for errors, images in found.rows)
        )
        return
    console.print()
    made = table("By the number of images with a severe error seen", "Seen", "Images needed")
    for errors, images in found.rows:
        made.add_row(count(errors), count(images))
    console.print(made)


def show_lot(found: LotAnswer, console: Console) -> None:
    """Print which sample a lot needs, and what that sample can tell."""
    console.print(line_of(lot_sentence(found), "bold"), soft_wrap=True)
    if not found.stopped:
        print_lines(console, lot_lines(found))


def show_review_cost(found: ReviewCost, console: Console) -> None:
    """Print what terms of acceptance cost in review time, by the quality of the batch."""
    console.print(line_of(review_sentence(found), "bold"), soft_wrap=True)
    if not console.is_terminal:
        print_lines(console, map(cost_line, found.situations))
        return
    console.print()
    made = table(
        f"A batch of {count(found.size)}",
        "", "Accepted", "Images, mean", "9 of 10 at most", "Time, mean", "9 of 10 at most",
    )  # fmt: skip
    for row in found.situations:
        made.add_row(
            row.name,
            percent(row.accepted),
            f"{row.images:.1f}",
            f"{row.images_most:.0f}",
            hours(row.minutes),
            hours(row.minutes_most),
        )
    console.print(made)
