"""What others say of one image's labels: a model by its probabilities, people by their votes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import LabelMapError, ParameterError
from assay.labels import LabelMap, Ontology
from assay.metrics.patterns import count_patterns, locate_patterns

Shares = NDArray[np.float32]

#: What a share of votes is drawn towards half by, in votes: one voter is no certainty.
PRIOR_VOTES = 1.0


@dataclass(frozen=True, eq=False)
class Tile:
    """Probabilities of one class in some rows of an image.

    Parameters
    ----------
    index
        Class index in the ontology; 0 is unlabelled.
    top
        First row.
    shares
        float32, shape (rows, width).
    """

    index: int
    top: int
    shares: Shares


@dataclass(frozen=True, eq=False)
class View:
    """Labels of an image, the strongest other opinion of each pixel, and the weight of both.

    Parameters
    ----------
    labels
        What was delivered.
    rival
        The class that the others prefer; equal to ``labels`` where they prefer the label, and
        where nothing can be said.
    label_share, rival_share
        float32, shape (height, width): probability, or share of votes, of the label and of the
        rival; NaN where nothing can be said.

    Raises
    ------
    LabelMapError
        When shapes differ.
    """

    labels: LabelMap
    rival: LabelMap
    label_share: Shares
    rival_share: Shares

    def __post_init__(self) -> None:
        shapes = {self.rival.shape, self.label_share.shape, self.rival_share.shape}
        if shapes != {self.labels.shape}:
            raise LabelMapError(
                f"Labels are {self.labels.height}×{self.labels.width} px, what others say of them "
                f"has shapes {sorted(shapes)}. Give all at the size of the image."
            )

    @property
    def judged(self) -> NDArray[np.bool_]:
        """Pixels of which something can be said, bool, shape (height, width)."""
        return ~np.isnan(self.label_share)


def view_of_model(
    labels: LabelMap,
    tiles: Iterable[Tile],
    ontology: Ontology,
    *,
    known: Sequence[int],
    least: NDArray[np.float32] | None = None,
) -> View:
    """Reduce a model's probabilities to what they say of the labels, in one pass.

    Memory is that of four planes, however many classes there are.

    Parameters
    ----------
    labels
        What was delivered.
    tiles
        Probabilities in any order; together they cover the image once for each known class.
    ontology
        Whose indexes the labels hold.
    known
        Indexes that the model knows.  Pixels labelled otherwise (void, or a class that the model
        was not taught) are not judged.
    least
        Least probability with which each index may compete, shape (ontology.size,); 0 by default.
        Where none does, the label has no rival.

    Examples
    --------
    >>> from assay import LabelClass
    >>> ontology = Ontology((LabelClass("road", 1, (9, 9, 9)), LabelClass("car", 2, (0, 0, 142))))
    >>> tiles = [Tile(1, 0, np.array([[0.9, 0.2]], np.float32)),
    ...          Tile(2, 0, np.array([[0.1, 0.8]], np.float32))]
    >>> view = view_of_model(LabelMap.from_dense([[1, 1]]), tiles, ontology, known=(1, 2))
    >>> view.rival.to_dense().tolist(), view.label_share.round(1).tolist()
    ([[1, 2]], [[0.8999999761581421, 0.20000000298023224]])
    """
    dense = labels.to_dense()
    if int(labels.values.max()) >= ontology.size:
        raise LabelMapError(
            f"The labels hold index {labels.values.max()}, but the ontology has {ontology.size} "
            "indexes. Read the labels with the same ontology."
        )
    floor = np.zeros(ontology.size, np.float32) if least is None else least
    rival = dense.copy()
    rival_share = np.full(labels.shape, -1, np.float32)
    label_share = np.full(labels.shape, np.nan, np.float32)
    for tile in tiles:
        kernels.suspicion.take_plane(
            tile.shares, tile.top, tile.index, dense, floor[tile.index], rival, rival_share,
            label_share,
        )  # fmt: skip
    taught = np.zeros(ontology.size, np.bool_)
    taught[list(known)] = True
    silent = ~taught[dense] | np.isnan(label_share)
    rival[silent] = dense[silent]
    label_share[silent] = rival_share[silent] = np.nan
    alone = (rival == dense) & ~silent
    rival_share[alone] = label_share[alone]
    return View(labels, LabelMap.from_dense(rival), label_share, rival_share)


def view_of_votes(labels: LabelMap, others: Sequence[LabelMap], ontology: Ontology) -> View:
    """Reduce the labels that others gave the same image to what they say of these.

    The others' vote of a pixel is the class that most of them give; of several such classes the
    label, if it is among them, else the one of the lowest index.  Void votes and absent annotators
    count for nothing; unlabelled is a vote.  Shares are ``(votes + 1/2) / (voters + 1)``, so that
    one voter is no certainty.

    Parameters
    ----------
    labels
        What was delivered; its void pixels are not judged.
    others
        At least one map; an absent annotator's holds no index of the ontology (65535).
    ontology
        Whose indexes all maps hold.

    Raises
    ------
    ParameterError
        When there is no other map.

    Examples
    --------
    >>> from assay import LabelClass
    >>> ontology = Ontology((LabelClass("road", 1, (9, 9, 9)), LabelClass("car", 2, (0, 0, 142))))
    >>> others = [LabelMap.from_dense([[1, 2]]), LabelMap.from_dense([[1, 2]])]
    >>> view = view_of_votes(LabelMap.from_dense([[1, 1]]), others, ontology)
    >>> view.rival.to_dense().tolist(), view.label_share.round(3).tolist()
    ([[1, 2]], [[0.8330000042915344, 0.16699999570846558]])
    """
    if not others:
        raise ParameterError("There are no other labels to compare with. Give at least one.")
    maps = [labels, *others]
    patterns = count_patterns([maps])
    places = locate_patterns(maps, patterns)
    winner, label_share, winner_share = _settle(patterns.votes, ontology)
    lengths = np.diff(places.ends, prepend=np.uint32(0)).astype(np.int64)
    spread = np.repeat(places.of_stretch, lengths).reshape(labels.shape)
    return View(labels, places.paint(winner), label_share[spread], winner_share[spread])


def _settle(
    votes: NDArray[np.uint16], ontology: Ontology
) -> tuple[NDArray[np.uint16], Shares, Shares]:
    """Return each pattern's winner and the shares of label and winner."""
    label, cast = votes[:, 0], votes[:, 1:]
    void = ontology.first_void
    valid = cast < void  # an absent annotator's votes are above every index
    winner = label.copy()
    tally = (valid & (cast == label[:, None])).sum(axis=1)
    label_votes = tally.copy()
    # Voters are few: each one's class is tried in turn.  A later class must win clearly, or tie
    # with a winner that is not the label and have the lower index.
    for voter in range(cast.shape[1]):
        tried = cast[:, voter]
        count = (valid & (cast == tried[:, None])).sum(axis=1)
        lower = (count == tally) & (winner != label) & (tried < winner)
        better = valid[:, voter] & ((count > tally) | lower)
        winner = np.where(better, tried, winner)
        tally = np.where(better, count, tally)
    voters = valid.sum(axis=1)
    silent = (voters == 0) | (label >= void)
    winner[silent] = label[silent]
    shares = [
        np.where(silent, np.nan, (n + PRIOR_VOTES / 2) / (voters + PRIOR_VOTES)).astype(np.float32)
        for n in (label_votes, tally)
    ]
    return winner, shares[0], shares[1]
