"""The tree of annotators as lines beside the rows of a table."""

from dataclasses import dataclass

from assay.metrics.clustering import Tree
from assay.render.scale import Scale, fit_scale


@dataclass(frozen=True)
class Dendrogram:
    """Joins as paths in a box of 100 by 100; leaves stand at the left, one a row, in order.

    Parameters
    ----------
    paths
        SVG path data, one per join.
    scale
        The axis across: the distance at which groups are joined.
    """

    paths: tuple[str, ...]
    scale: Scale


def dendrogram_of(tree: Tree) -> Dendrogram:
    """Return the lines of a tree.

    Examples
    --------
    >>> from assay.metrics.clustering import Join
    >>> drawn = dendrogram_of(Tree((1, 0), (Join(1, 0, 0.2, 2),)))
    >>> drawn.paths
    ('M0 25 L100 25 L100 75 L0 75',)
    """
    number = len(tree.order)
    scale = fit_scale([0.0, *(join.height for join in tree.joins)], within=(0.0, 1.0))
    rows = {leaf: 100 * (place + 0.5) / number for place, leaf in enumerate(tree.order)}
    heights = dict.fromkeys(tree.order, 0.0)
    paths = []
    for step, join in enumerate(tree.joins, number):
        first, second = rows[join.first], rows[join.second]
        here = scale.place(join.height)
        start, stop = scale.place(heights[join.first]), scale.place(heights[join.second])
        paths.append(
            f"M{start:g} {first:g} L{here:g} {first:g} L{here:g} {second:g} L{stop:g} {second:g}"
        )
        rows[step], heights[step] = (first + second) / 2, join.height
    return Dendrogram(tuple(paths), scale)
