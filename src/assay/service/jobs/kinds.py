"""Every kind of job, and what recurs."""

from collections.abc import Mapping
from types import MappingProxyType

from assay.service.assets.jobs import IMPORT_IMAGES
from assay.service.batches.jobs import PACK_BATCH
from assay.service.deliveries.jobs import JUDGE_DELIVERY, TELL_DELIVERY
from assay.service.gold.blind import SCORE_BLIND_WORK
from assay.service.gold.jobs import READ_GOLD_LABELS
from assay.service.jobs.kind import JobKind
from assay.service.jobs.schedule import Recurring
from assay.service.pilots.jobs import JUDGE_PILOT
from assay.service.reports.jobs import MAKE_REPORT
from assay.service.summaries.jobs import EVERY_MONDAY, SUMMARISE_WEEK
from assay.service.webhooks.jobs import SEND_WEBHOOK

KINDS: tuple[JobKind, ...] = (
    IMPORT_IMAGES,
    READ_GOLD_LABELS,
    SCORE_BLIND_WORK,
    PACK_BATCH,
    JUDGE_DELIVERY,
    TELL_DELIVERY,
    JUDGE_PILOT,
    MAKE_REPORT,
    SEND_WEBHOOK,
    SUMMARISE_WEEK,
)

BY_NAME: Mapping[str, JobKind] = MappingProxyType({kind.name: kind for kind in KINDS})

#: What is done at fixed moments.
SCHEDULE: tuple[Recurring, ...] = (EVERY_MONDAY,)
