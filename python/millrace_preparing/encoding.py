"""How a column becomes numbers that a model can take, learned from the training data."""

from typing import Any

import numpy as np
import pyarrow as pa

from millrace_training.dataset import number_column, text_column
from millrace_training.errors import BadInput

from .choices import choices_of, split_choice
from .stages import Stage
from .table import kinds_of
from .words import fit_words

MAX_CATEGORIES = 1_000
_SCALINGS = ("standard", "minMax", "log")


def fit_encode(table: pa.Table, values: dict[str, Any]) -> list[Stage]:
    kinds = kinds_of(table)
    scaled: dict[str, tuple[float, float]] = {}
    logs: list[str] = []
    stages: list[Stage] = []
    for name, choice in choices_of(table, values).items():
        encoding, options = split_choice(choice)
        text = kinds[name] == "string"
        if text and encoding in _SCALINGS:
            raise BadInput(f"columns: {name} holds text, which {encoding} cannot scale; use oneHot")
        if not text and encoding in ("bagOfWords", "tfIdf"):
            raise BadInput(f"columns: {name} holds {kinds[name]} values, and {encoding} counts words")
        column = text_column(table, name) if text else number_column(table, name)
        known = column[column != ""] if text else column[~np.isnan(column)]
        if len(known) == 0:
            raise BadInput(f"columns: every value of {name} is missing; leave it out")
        if encoding in ("standard", "minMax"):
            scaled[name] = _scale(encoding, known.astype(np.float64))
        elif encoding == "log":
            if (known < 0).any():
                raise BadInput(f"columns: {name} has values below 0, and log is ln(1 + x)")
            logs.append(name)
        elif encoding == "oneHot":
            stages.append(_one_hot(name, known, text))
        elif encoding == "ordinal":
            stages.append(_ordinal(name, known, text, options))
        else:
            stages.append(fit_words(name, column, options or {}, encoding == "tfIdf"))
    if scaled:
        subtract, divide = zip(*scaled.values(), strict=True)
        stages.append(
            {
                "kind": "scale",
                "columns": list(scaled),
                "subtract": list(subtract),
                "divide": list(divide),
            }
        )
    if logs:
        stages.append({"kind": "log", "columns": logs})
    return stages


def _scale(encoding: str, known: np.ndarray) -> tuple[float, float]:
    """What is subtracted and then divided by; a column of one value becomes 0."""
    if encoding == "standard":
        return float(known.mean()), float(known.std()) or 1.0
    low, high = float(known.min()), float(known.max())
    return low, (high - low) or 1.0


def _one_hot(name: str, known: np.ndarray, text: bool) -> Stage:
    categories = _categories(name, known, text)
    return {
        "kind": "oneHot",
        "column": name,
        "text": text,
        "categories": categories,
        "outputs": [f"{name}={_label(category)}" for category in categories],
    }


def _ordinal(name: str, known: np.ndarray, text: bool, order: list[Any] | None) -> Stage:
    if order is None:
        ranks = _categories(name, known, text)
    else:
        ranks = [str(value) if text else _number(name, value) for value in order]
        strange = sorted(set(_categories(name, known, text)) - set(ranks))
        if strange:
            raise BadInput(f"columns: {name} holds {_label(strange[0])}, which its order does not name")
    return {"kind": "ordinal", "column": name, "text": text, "order": ranks}


def _number(name: str, value: Any) -> float:
    if isinstance(value, str):
        raise BadInput(f"columns: {name} holds numbers, and {value!r} is none")
    return float(np.float32(value))


def _categories(name: str, known: np.ndarray, text: bool) -> list[Any]:
    values = np.unique(known.astype(str) if text else known)
    if len(values) > MAX_CATEGORIES:
        raise BadInput(
            f"columns: {name} has {len(values)} different values, more than {MAX_CATEGORIES}; group"
            " them first, or exclude it"
        )
    return [str(value) if text else float(value) for value in values]


def _label(category: Any) -> str:
    return f"{category:g}" if isinstance(category, float) else category
