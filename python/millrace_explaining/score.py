"""The one number a row that is explained: a regression's answer, or the probability of one class."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .data import Encoding, Samples
from .errors import BadInput
from .options import Options

_CHUNK_ROWS = 16_384
_ASKED_ROWS = 1_024
"""Rows that are asked of a server at once."""


class Model(Protocol):
    """What explanations need of a model: another kind of it is another class here."""

    def answer(self, matrix: np.ndarray) -> np.ndarray:
        """[rows, inputs], encoded → [rows] of a regression, [rows, classes] of a classification."""


class OnnxModel:
    """A graph with millrace's interface (contracts/signature.ts), run in this process."""

    def __init__(self, path: str, options: Options, encoding: Encoding) -> None:
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            path, settings, providers=["CPUExecutionProvider"]
        )
        self._output = "prediction" if options.task == "regression" else "probabilities"
        self._flat = options.task == "regression"
        self._numeric = _places(options, "numeric")
        self._categorical = [
            (place, np.array(encoding.categories[place], dtype=object))
            for place in _places(options, "categorical")
        ]

    def answer(self, matrix: np.ndarray) -> np.ndarray:
        parts = [
            self._run(matrix[start : start + _CHUNK_ROWS])
            for start in range(0, len(matrix), _CHUNK_ROWS)
        ]
        answers = np.concatenate(parts).astype(float)
        if not np.isfinite(answers).all():
            raise BadInput("the model answers with something that is no finite number: it cannot be explained")
        return answers.reshape(-1) if self._flat else answers

    def _run(self, matrix: np.ndarray) -> np.ndarray:
        feeds = {}
        if self._numeric:
            feeds["numeric"] = np.ascontiguousarray(matrix[:, self._numeric], dtype=np.float32)
        if self._categorical:
            texts = np.empty((len(matrix), len(self._categorical)), dtype=object)
            for column, (place, known) in enumerate(self._categorical):
                # Between two codes lies no category: libraries that compute with codes mean the nearest.
                codes = np.rint(matrix[:, place]).astype(int).clip(0, len(known) - 1)
                texts[:, column] = known[codes]
            feeds["categorical"] = texts
        return self._session.run([self._output], feeds)[0]


_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""It is this machine that is asked: never through a proxy of the environment."""


class ServerModel:
    """A model that is asked over HTTP (models/explaining/answering-door.ts)."""

    def __init__(self, url: str, encoding: Encoding) -> None:
        self._url = url
        self._encoding = encoding

    def answer(self, matrix: np.ndarray) -> np.ndarray:
        parts = [
            self._ask(matrix[start : start + _ASKED_ROWS])
            for start in range(0, len(matrix), _ASKED_ROWS)
        ]
        return np.concatenate(parts).astype(float)

    def _ask(self, matrix: np.ndarray) -> np.ndarray:
        rows = [[self._value(place, value) for place, value in enumerate(row)] for row in matrix.tolist()]
        request = urllib.request.Request(self._url, json.dumps({"rows": rows}).encode())
        try:
            with _DIRECT.open(request) as answer:
                return np.array(json.load(answer)["answers"], dtype=float)
        except urllib.error.HTTPError as error:
            raise BadInput(f"the model does not answer: {json.load(error)['error']}") from error

    def _value(self, place: int, value: float) -> float | str | None:
        known = self._encoding.categories[place]
        if known is None:
            return None if np.isnan(value) else value
        # Between two codes lies no category: libraries that compute with codes mean the nearest.
        return known[min(max(round(value), 0), len(known) - 1)] or None


def _places(options: Options, tensor: str) -> list[int]:
    """Places of the inputs in the order in which the tensor has them."""
    found = [(i.index, place) for place, i in enumerate(options.inputs) if i.tensor == tensor]
    return [place for _, place in sorted(found)]


@dataclass(frozen=True)
class Score:
    model: Model
    class_index: int | None

    def __call__(self, matrix: np.ndarray) -> np.ndarray:
        """[rows, inputs] → [rows]."""
        answers = self.model.answer(np.asarray(matrix, dtype=float))
        return answers if self.class_index is None else answers[:, self.class_index]

    @staticmethod
    def of(model: Model, samples: Samples, options: Options) -> "Score":
        """
        Without a class that is asked for: of two the second, which stands for "yes"; of more the one
        that is predicted, for most of the rows.
        """
        if options.task == "regression":
            return Score(model, None)
        if options.class_index is not None:
            return Score(model, options.class_index)
        if len(options.classes) == 2:
            return Score(model, 1)
        predicted = model.answer(samples.rows).argmax(axis=1)
        return Score(model, int(np.bincount(predicted).argmax()))
