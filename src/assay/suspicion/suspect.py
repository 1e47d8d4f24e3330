"""Regions and images that are probably labelled wrongly."""

from dataclasses import dataclass

from assay.delivery import Region


@dataclass(frozen=True)
class Suspect:
    """A region whose labels are probably wrong.

    Parameters
    ----------
    item
        Key of the image.
    kind
        Name of a kind of :data:`assay.suspicion.kinds.KINDS`.
    region
        Its box.
    area_px
        Its pixels.
    label, rival
        Class indexes: of most of its labels, and of what is seen there instead.
    label_share, rival_share
        Mean probability, or share of votes, of the label and of the rival over its pixels.
    score
        How suspicious, by the method; higher is more so.
    """

    item: str
    kind: str
    region: Region
    area_px: int
    label: int
    rival: int
    label_share: float
    rival_share: float
    score: float


@dataclass(frozen=True)
class Judgement:
    """What a method says of one image; small, because it travels between processes.

    Parameters
    ----------
    score
        How suspicious the image is as a whole; higher is more so.
    suspects
        Its suspicious regions, the worst first; only so many as were asked for.
    found
        How many there are.
    judged_px
        Pixels of which something could be said.
    differing_px
        Pixels on which label and rival differ, outlines included.
    """

    score: float
    suspects: tuple[Suspect, ...]
    found: int
    judged_px: int
    differing_px: int
