"""What a method hands back: figures, or none with the reason."""

from typing import Any

import numpy as np

MINIMUM_ROWS = 20
"""Rows each side needs: what learns gets a half of them."""


def found(statistic: float, p_value: float, note: str | None = None, **details: float) -> dict[str, Any]:
    figures = {name: float(value) for name, value in details.items() if np.isfinite(value)}
    return {"statistic": float(statistic), "pValue": float(p_value), "note": note, "details": figures}


def insufficient(note: str) -> dict[str, Any]:
    return {"statistic": None, "pValue": None, "note": note, "details": {}}


def too_few(reference: np.ndarray, current: np.ndarray) -> dict[str, Any] | None:
    if min(len(reference), len(current)) >= MINIMUM_ROWS:
        return None
    return insufficient(
        f"{len(reference)} reference and {len(current)} current rows; {MINIMUM_ROWS} of each are needed"
    )


def all_equal(reference: np.ndarray, current: np.ndarray) -> bool:
    return bool((reference == reference[0]).all() and (current == reference[0]).all())
