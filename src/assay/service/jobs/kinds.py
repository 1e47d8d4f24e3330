"""Every kind of job, in one tuple."""

from collections.abc import Mapping
from types import MappingProxyType

from assay.service.jobs.kind import JobKind

KINDS: tuple[JobKind, ...] = ()

BY_NAME: Mapping[str, JobKind] = MappingProxyType({kind.name: kind for kind in KINDS})
