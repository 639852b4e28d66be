"""The columns of a graph while it is built: each is a place in a matrix."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from .graph import Graph


@dataclass(frozen=True)
class Place:
    matrix: str
    index: int
    width: int
    """Columns of the matrix."""


class Columns:
    """Name → place. A stage replaces places; what it does not name stays where it is."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._places: dict[str, Place] = {}

    def put(self, names: Sequence[str], matrix: str) -> None:
        """These columns are now those of a matrix, in this order."""
        for index, name in enumerate(names):
            self._places[name] = Place(matrix, index, len(names))

    def matrix(self, names: Iterable[str]) -> str:
        """A matrix of these columns, in this order; at least one."""
        parts = []
        places = (self._places[name] for name in names)
        for matrix, run in groupby(places, lambda place: place.matrix):
            run = list(run)
            indices = [place.index for place in run]
            if indices == list(range(run[0].width)):
                parts.append(matrix)
            else:
                wanted = self.graph.constant(indices, np.int64)
                parts.append(self.graph.add("Gather", matrix, wanted, axis=1))
        return parts[0] if len(parts) == 1 else self.graph.add("Concat", *parts, axis=1)
