"""The fusion methods that Assay knows."""

from assay.consensus.dawid_skene import DAWID_SKENE
from assay.consensus.method import FusionMethod
from assay.consensus.staple import STAPLE
from assay.consensus.voting import MAJORITY, WEIGHTED
from assay.plugins import Registry


def _methods() -> tuple[FusionMethod, ...]:
    return DAWID_SKENE, MAJORITY, WEIGHTED, STAPLE


#: Ways to make one map of several; the default comes first.
FUSION_METHODS: Registry[FusionMethod] = Registry("fusion method", "assay.fusion_methods", _methods)
