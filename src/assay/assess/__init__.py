"""The front door: judge deliveries against a reference."""

from assay.assess.assess import assess
from assay.assess.pilot import judge_pilot
from assay.report import Plan

__all__ = ["Plan", "assess", "judge_pilot"]
