"""The values that ``train`` is called with, checked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from .errors import BadInput, nearest


@dataclass(frozen=True)
class Weights:
    """Rows of event time before a moment count less."""

    before: np.datetime64
    """UTC, in microseconds."""
    weight: float
    """In [0, 1]; the others count 1."""


@dataclass(frozen=True)
class Options:
    target: str
    task: str | None = None
    algorithm: str = "gradient-boosting"
    seed: int = 42
    features: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    """Features that requests may leave out, although the data never does."""
    context: tuple[tuple[str, str], ...] = ()
    """Pairs of column and role (time, key, group, entity)."""
    corrupt_labels: float = 0.0
    """Share of the labels to spoil before training, in [0, 1]: for demonstrations of a bad version."""
    trees: int | None = None
    depth: int | None = None
    learning_rate: float | None = None
    neighbours: int | None = None
    hidden_layers: tuple[int, ...] | None = None
    max_iterations: int | None = None
    weights: "Weights | None" = None
    warm_start: bool = False


_ROLES = ("time", "key", "group", "entity")
_KEYS = (
    "target task algorithm seed features exclude optional context corruptLabels trees depth "
    "learningRate neighbours hiddenLayers maxIterations weights warmStart"
).split()


def read_options(values: dict[str, Any]) -> Options:
    """Checks types and ranges. Which algorithms there are is known to ``estimators``."""
    for key in values:
        if key not in _KEYS:
            raise BadInput(f"train has no option {key}; {nearest(key, _KEYS)}")
    target = values.get("target")
    if not isinstance(target, str) or target == "":
        raise BadInput("target: name the column to predict")
    task = values.get("task")
    if task not in (None, "regression", "classification"):
        raise BadInput(f"task: {task!r} is neither regression nor classification")
    algorithm = values.get("algorithm", "gradient-boosting")
    if not isinstance(algorithm, str):
        raise BadInput(f"algorithm: {algorithm!r} is not a name")
    return Options(
        target=target,
        task=task,
        algorithm=algorithm,
        seed=_integer(values, "seed", 0, 2**32 - 1, 42),
        features=None if values.get("features") is None else _names(values, "features"),
        exclude=_names(values, "exclude"),
        optional=_names(values, "optional"),
        context=_context(values.get("context") or []),
        corrupt_labels=_number(values, "corruptLabels", 0.0, 1.0, 0.0),
        trees=_integer(values, "trees", 1, 100_000),
        depth=_integer(values, "depth", 1, 1_000),
        learning_rate=_learning_rate(values),
        neighbours=_integer(values, "neighbours", 1, 100_000),
        hidden_layers=_layers(values),
        max_iterations=_integer(values, "maxIterations", 1, 10_000_000),
        weights=_weights(values),
        warm_start=_boolean(values, "warmStart"),
    )


def _integer(
    values: dict[str, Any], key: str, low: int, high: int, default: int | None = None
) -> Any:
    value = values.get(key)
    if value is None:
        return default
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadInput(f"{key}: {value!r} is not an integer from {low} to {high}")
    return value


def _number(
    values: dict[str, Any], key: str, low: float, high: float, default: float | None = None
) -> Any:
    value = values.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadInput(f"{key}: {value!r} is not a number from {low:g} to {high:g}")
    return float(value)


def _boolean(values: dict[str, Any], key: str) -> bool:
    value = values.get(key)
    if value not in (None, True, False):
        raise BadInput(f"{key}: {value!r} is neither true nor false")
    return bool(value)


def _weights(values: dict[str, Any]) -> Weights | None:
    given = values.get("weights")
    if given is None:
        return None
    if not isinstance(given, dict) or set(given) != {"before", "weight"}:
        raise BadInput(f"weights: {given!r} is not {{before: TIME, weight: NUMBER}}")
    weight = _number(given, "weight", 0.0, 1.0)
    if weight is None:
        raise BadInput("weights: weight is missing; it is a number from 0 to 1")
    before = given["before"]
    try:
        moment = datetime.fromisoformat(before)
    except (TypeError, ValueError) as error:
        raise BadInput(f"weights: before {before!r} is not a time such as 2011-07-01") from error
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return Weights(np.datetime64(moment, "us"), weight)


def _learning_rate(values: dict[str, Any]) -> float | None:
    rate = _number(values, "learningRate", 0.0, 1.0)
    if rate == 0:
        raise BadInput("learningRate: 0 learns nothing; it is a number above 0, up to 1")
    return rate


def _layers(values: dict[str, Any]) -> tuple[int, ...] | None:
    layers = values.get("hiddenLayers")
    if layers is None:
        return None
    if not isinstance(layers, list) or not layers:
        raise BadInput(f"hiddenLayers: {layers!r} is not a list of units per layer, such as [64, 32]")
    return tuple(_integer({"hiddenLayers": units}, "hiddenLayers", 1, 100_000) for units in layers)


def _names(values: dict[str, Any], key: str) -> tuple[str, ...]:
    names = values.get(key) or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadInput(f"{key}: {names!r} is not a list of column names")
    return tuple(dict.fromkeys(names))


def _context(entries: Any) -> tuple[tuple[str, str], ...]:
    pairs = []
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise BadInput(f"context: {entry!r} is not {{name: COLUMN, role: {' | '.join(_ROLES)}}}")
        if entry.get("role") not in _ROLES:
            raise BadInput(
                f"context: role {entry.get('role')!r} of {entry['name']} is not one of {', '.join(_ROLES)}"
            )
        pairs.append((entry["name"], entry["role"]))
    return tuple(pairs)
