"""One parameter of a search: a place in [0, 1) stands for each of its values, as they are drawn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


class Dimension:
    """A parameter by places, of which every part of the same width is as likely as another.

    A choice and a range with steps cut [0, 1) into as many parts as they have values; along a range
    that is searched by orders of magnitude, so are the places.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self._choice: list[Any] | None = values.get("choice")
        self._low, self._high = values.get("int") or values.get("float") or (0, 1)
        self._log = values.get("log") is True
        step = values.get("step") or (1 if "int" in values and not self._log else None)
        self._step = None if step is None else float(step)

    @property
    def parts(self) -> int | None:
        """How many values it has; None where they lie close together."""
        if self._choice is not None:
            return len(self._choice)
        if self._step is None:
            return None
        # A step that is no binary fraction must not lose the last value to rounding.
        return math.floor((self._high - self._low) / self._step + 1e-9) + 1

    def place(self, value: Any) -> float:
        """The middle of the part that a value has."""
        if self._choice is not None:
            # True is no 1 here.
            index = [(type(one) is bool, one) for one in self._choice].index((type(value) is bool, value))
            return (index + 0.5) / len(self._choice)
        if self._step is not None:
            index = round((value - self._low) / self._step)
            return (index + 0.5) / (self.parts or 1)
        if self._log:
            return math.log(value / self._low) / math.log(self._high / self._low)
        return (value - self._low) / (self._high - self._low)

    def columns(self, places: np.ndarray) -> np.ndarray:
        """What a forest splits by: whether it is a value of a choice, or where it lies in a range."""
        if self.parts is None:
            return places[:, None]
        index = np.clip(np.floor(places * self.parts), 0, self.parts - 1)
        if self._choice is None:
            return index[:, None]
        return (index[:, None] == np.arange(self.parts)).astype(float)
