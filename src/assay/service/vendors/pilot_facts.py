"""What a pilot counted of its vendors, for the comparison of their quotes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.billing.tables import HoursRow
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.pilots import store as pilots
from assay.service.pilots.tables import PilotRow
from assay.service.problems import ConflictError
from assay.sourcing import PilotTimes
from assay.sourcing.pilot_counts import PilotCounts, Try, count_pilot

#: What a pilot notes of the times of each vendor.
TIMES = tuple(field.name for field in fields(PilotTimes))


def pilot_facts(session: Session, project_id: str, pilot_id: str) -> dict[str, PilotCounts]:
    """Count the images of a pilot for each vendor that handed in.

    An image is good enough when it scores at least the limit of its tier's policy and has no
    severe error; the first version counts, and for rework the second.

    Raises
    ------
    ConflictError
        When nothing of the pilot was scored yet.
    """
    row = pilots.pilot(session, project_id, pilot_id)
    tries: dict[str, list[Try]] = {}
    seconds: dict[str, int] = {}
    for batch, _ in pilots.batches(session, row.id):
        images = list(_tries(session, batch))
        if images:
            tries[batch.vendor_id] = images
            hours = session.get(HoursRow, batch.id)
            seconds[batch.vendor_id] = 0 if hours is None else hours.seconds
    if not tries:
        raise ConflictError(
            "Nothing of this pilot was scored. Wait for deliveries of images that have gold."
        )
    return count_pilot(tries, seconds=seconds)


def newest_times(session: Session, project_id: str) -> dict[str, dict[str, Any]]:
    """Return what the newest judged pilot of a project noted of each vendor, by its id."""
    judged = pilots.pilots(project_id).where(PilotRow.judged.is_not(None))
    row = session.scalar(judged.order_by(PilotRow.judged.desc()).limit(1))
    return {} if row is None else {found["vendor"]: found for found in row.found["vendors"]}


def _tries(session: Session, batch: BatchRow) -> Iterator[Try]:
    """Yield the images of a batch that have gold; none before anything was handed in."""
    versions: defaultdict[str, list[ItemVersionRow]] = defaultdict(list)
    query = select(ItemVersionRow).where(ItemVersionRow.batch_id == batch.id)
    for row in session.scalars(query.order_by(ItemVersionRow.number)):
        versions[row.batch_item_id].append(row)
    if not versions:
        return
    items = select(BatchItemRow).where(
        BatchItemRow.batch_id == batch.id, BatchItemRow.gold_id.is_not(None)
    )
    for item in session.scalars(items):
        yield _try(versions[item.id], batch.policy["limit"])


def _try(versions: Sequence[ItemVersionRow], limit: float) -> Try:
    if not versions:
        return Try(passed=False)
    newest = versions[-1]
    return Try(
        passed=_is_good(versions[0], limit),
        mended=_is_good(versions[1], limit) if len(versions) > 1 else None,
        pixels=max(newest.pixels, 1),
        objects=newest.objects,
        vertices=newest.vertices,
    )


def _is_good(version: ItemVersionRow, limit: float) -> bool:
    return version.score is not None and version.score >= limit and not version.severe
