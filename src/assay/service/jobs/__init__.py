"""Work that outlives a request: queued with what asked for it, done once, whoever dies."""

from assay.service.jobs.kind import JobKind, Workbench
from assay.service.jobs.queue import enqueue

__all__ = ["JobKind", "Workbench", "enqueue"]
