"""The tables of every area, gathered for migrations and backups."""

from assay.service import idempotency
from assay.service.acceptance import tables as acceptance
from assay.service.accounts import tables as accounts
from assay.service.assets import tables as assets
from assay.service.audit import tables as audit
from assay.service.batches import tables as batches
from assay.service.billing import tables as billing
from assay.service.database import Base
from assay.service.deliveries import tables as deliveries
from assay.service.gold import tables as gold
from assay.service.jobs import tables as jobs
from assay.service.operations import tables as operations
from assay.service.pilots import tables as pilots
from assay.service.projects import tables as projects
from assay.service.questions import tables as questions
from assay.service.reports import tables as reports
from assay.service.review import tables as review
from assay.service.summaries import tables as summaries
from assay.service.vendors import tables as vendors
from assay.service.webhooks import tables as webhooks

#: Modules that define tables; a table is known once its module is here.
AREAS = (
    acceptance,
    accounts,
    assets,
    audit,
    batches,
    billing,
    deliveries,
    gold,
    idempotency,
    jobs,
    operations,
    pilots,
    projects,
    questions,
    reports,
    review,
    summaries,
    vendors,
    webhooks,
)

METADATA = Base.metadata
