"""The values that `drift.py` is called with, checked."""

from dataclasses import dataclass
from typing import Any

from .errors import BadInput

METHODS = (
    "learned-kernel-mmd",
    "domain-classifier",
    "spot-the-diff",
    "classifier-uncertainty",
    "regressor-uncertainty",
    "isolation-forest",
)

NEEDS_TARGET = ("classifier-uncertainty", "regressor-uncertainty")

_KEYS = ("method", "seed", "permutations", "maxRows", "rate")


@dataclass(frozen=True)
class Options:
    method: str
    seed: int = 1
    permutations: int = 199
    max_rows: int = 2_000
    """Rows a side that are used at most, drawn without replacement."""
    rate: float = 0.01
    """Share of the reference that is let be called outliers."""


def read_options(values: dict[str, Any]) -> Options:
    for key in values:
        if key not in _KEYS:
            raise BadInput(f"drift.py has no value {key}; there are: {', '.join(_KEYS)}")
    method = values.get("method")
    if method not in METHODS:
        raise BadInput(f"method: {method!r} is none of {', '.join(METHODS)}")
    rate = values.get("rate", Options.rate)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate < 0.5:
        raise BadInput(f"rate: {rate!r} is not a number above 0 and below 0.5")
    return Options(
        method=method,
        seed=_whole(values, "seed", Options.seed, 0, 2**32 - 1),
        permutations=_whole(values, "permutations", Options.permutations, 19, 100_000),
        max_rows=_whole(values, "maxRows", Options.max_rows, 10, 10_000_000),
        rate=float(rate),
    )


def _whole(values: dict[str, Any], key: str, default: int, low: int, high: int) -> int:
    value = values.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadInput(f"{key}: {value!r} is not a whole number from {low} to {high}")
    return value
