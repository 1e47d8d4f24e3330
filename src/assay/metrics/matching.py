"""Which regions of two maps answer each other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels import LabelMap, Ontology
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
    missed
        bool, shape (reference regions,): regions of a class that the candidate does not find.
    invented
        bool, shape (candidate regions,): regions of a class that the reference does not have.
        Those that lie more on void than on scored pixels are not among them.
    objects
        bool, shape (reference regions,): regions of a class of at least its
        ``minimum_region_px``; smaller ones are noise.
    sizeable
        bool, shape (candidate regions,): the same for the candidate, by scored pixels.
    """

    reference: Regions
    candidate: Regions
    missed: NDArray[np.bool_]
    invented: NDArray[np.bool_]
    objects: NDArray[np.bool_]
    sizeable: NDArray[np.bool_]


def match_regions(reference: LabelMap, candidate: LabelMap, ontology: Ontology) -> Matching:
    """Match the regions of two maps of one image by the share of pixels that agree.

    Pixels whose reference is void or unlabelled are left out.  A candidate region that lies more
    on such pixels than on others is not judged, as in Kirillov et al. 2019, "Panoptic
    Segmentation", section 4.2: the buyer did not say what is there.

    Parameters
    ----------
    reference, candidate
        Maps of one size.
    ontology
        Whose indexes they hold; says how small a region may be.
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
        ontology.first_void,
        reference_found,
        candidate_scored,
        candidate_found,
    )
    least = _least_pixels(ontology)
    judged = (least[of_candidate.value] > 0) & (2 * candidate_scored >= of_candidate.area)
    return Matching(
        of_reference,
        of_candidate,
        (least[of_reference.value] > 0) & (reference_found < FOUND_SHARE * of_reference.area),
        judged & (candidate_found < FOUND_SHARE * candidate_scored),
        (least[of_reference.value] > 0) & (of_reference.area >= least[of_reference.value]),
        judged & (candidate_scored >= least[of_candidate.value]),
    )


def _least_pixels(ontology: Ontology) -> NDArray[np.int64]:
    """Return the ``minimum_region_px`` of each index, 0 for those that are no class."""
    least = np.zeros(ontology.size, np.int64)
    least[1 : ontology.first_void] = [label.minimum_region_px for label in ontology.classes]
    return least
