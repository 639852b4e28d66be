"""Would other data have given the same explanation? The data is split and explained part by part.

The figure is the cosine of the angle between two parts' attributions, u·v / (|u| |v|): 1 is the same
direction, 0 nothing in common. The mean over all pairs of parts, and the least.
"""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

ROWS = 10
"""Of the explained rows, so many are explained again."""

_PARTS = ((80, 4), (20, 2))


def parts_of(data: np.ndarray, seed: int, smallest: int = 10) -> list[np.ndarray]:
    """Places of the rows of each part, disjoint; none where the parts would be too small."""
    for rows, parts in _PARTS:
        if len(data) >= max(rows, parts * smallest):
            return np.array_split(np.random.default_rng(seed).permutation(len(data)), parts)
    return []


def consistency(
    parts: list[np.ndarray],
    attribute: Callable[[np.ndarray], np.ndarray],
    progress: Callable[[float], None],
) -> dict[str, Any] | None:
    """`attribute`: places of a part → [rows, inputs]. None where there is nothing to compare."""
    if not parts:
        return None
    found = []
    for done, part in enumerate(parts):
        found.append(attribute(part))
        progress((done + 1) / len(parts))
    cosines = [
        cosine
        for one, other in combinations(found, 2)
        for u, v in zip(one, other, strict=True)
        if (cosine := _cosine(u, v)) is not None
    ]
    if not cosines:
        return None
    return {
        "parts": len(parts),
        "rows": len(found[0]),
        "cosine": float(np.mean(cosines)),
        "least": float(np.min(cosines)),
    }


def _cosine(u: np.ndarray, v: np.ndarray) -> float | None:
    lengths = float(np.linalg.norm(u) * np.linalg.norm(v))
    return None if lengths == 0 else float(np.clip(np.dot(u, v) / lengths, -1, 1))
