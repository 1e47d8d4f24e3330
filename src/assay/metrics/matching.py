"""Which regions of two maps answer each other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels import LabelMap
from assay.labels.regions import Regions, find_regions

#: A region is found when at least this share of its scored pixels has its class in the other map.
#: A quarter: a two-pixel pole drawn one pixel off keeps half of itself and is no severe error.
FOUND_SHARE = 0.25


@dataclass(frozen=True, eq=False)
class Matching:
    """The 8-connected regions of a reference and a candidate, and which of them have no answer.

    Parameters
    ----------
    reference, candidate
        Regions of each map, of every index.
    candidate_scored
        int64, shape (candidate regions,): pixels of each candidate region on scored reference.
    missed
        bool, shape (reference regions,): regions of a class that the candidate does not find.
    invented
        bool, shape (candidate regions,): regions of a class, on scored pixels, that the reference
        does not have.
    """

    reference: Regions
    candidate: Regions
    candidate_scored: NDArray[np.int64]
    missed: NDArray[np.bool_]
    invented: NDArray[np.bool_]


def match_regions(reference: LabelMap, candidate: LabelMap, first_void: int) -> Matching:
    """Match the regions of two maps of one image by the share of pixels that agree.

    Parameters
    ----------
    reference, candidate
        Maps of one size.
    first_void
        Index of the first void id (:attr:`assay.labels.Ontology.first_void`); pixels whose
        reference is void or unlabelled are left out.
    """
    of_reference = find_regions(reference)
    of_candidate = find_regions(candidate)
    reference_found = np.zeros(len(of_reference), np.int64)
    candidate_scored = np.zeros(len(of_candidate), np.int64)
    candidate_found = np.zeros(len(of_candidate), np.int64)
    kernels.errors.overlap_of_regions(
        reference.ends,
        reference.values,
        of_reference.of_run,
        candidate.ends,
        candidate.values,
        of_candidate.of_run,
        first_void,
        reference_found,
        candidate_scored,
        candidate_found,
    )
    missed = _is_class(of_reference, first_void) & (
        reference_found < FOUND_SHARE * of_reference.area
    )
    invented = _is_class(of_candidate, first_void) & (
        candidate_found < FOUND_SHARE * candidate_scored
    )
    return Matching(of_reference, of_candidate, candidate_scored, missed, invented)


def _is_class(regions: Regions, first_void: int) -> NDArray[np.bool_]:
    return (regions.value > 0) & (regions.value < first_void)
