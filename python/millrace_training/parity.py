"""Does the exported graph answer as the trained pipeline does? Asked before a model counts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from sklearn.pipeline import Pipeline

from .dataset import Dataset
from .errors import ParityFailed
from .pipeline import feature_matrix

if TYPE_CHECKING:
    from millrace_preparing.chain import Matrices

SAMPLE_ROWS = 1_000
_HARD_ROWS = 100

REGRESSION_TOLERANCE = 1e-4
"""Of |prediction| plus the spread of all predictions: some hundred roundings of a float32."""
PROBABILITY_TOLERANCE = 1e-4
_TIE_TOLERANCE = 1e-3
"""Two neighbours whose distances differ by less, relatively, are as near as each other."""


Rows = tuple[np.ndarray, np.ndarray]
"""Numbers and texts, as the graph takes them."""


@dataclass(frozen=True)
class Parity:
    rows: int
    max_absolute_difference: float


def sample_rows(dataset: "Dataset | Matrices", seed: int) -> Rows:
    """
    Rows of the training data, and hard ones made from them: a missing number, a missing text and a
    category that training never saw. At most SAMPLE_ROWS in all.
    """
    random = np.random.default_rng(seed)
    rows = len(dataset.numeric)
    chosen = np.sort(random.permutation(rows)[: SAMPLE_ROWS - _HARD_ROWS])
    hard = random.choice(rows, size=min(rows, _HARD_ROWS), replace=False)
    numeric, categorical = dataset.numeric[hard].copy(), dataset.categorical[hard].copy()
    for tensor, fillings in ((numeric, (np.nan,)), (categorical, ("", "never seen before"))):
        if tensor.shape[1] > 0:
            for row in range(len(hard)):
                tensor[row, random.integers(tensor.shape[1])] = fillings[row % len(fillings)]
    return (
        np.vstack([dataset.numeric[chosen], numeric]),
        np.vstack([dataset.categorical[chosen], categorical]),
    )


def check_parity(
    pipeline: Pipeline, graph: bytes, task: str, given: Rows, prepared: Rows
) -> Parity:
    """
    Compares both on the same rows: the graph is given those that a request has, the pipeline what was
    prepared from them.

    A regression may differ by REGRESSION_TOLERANCE of the prediction and its spread; a probability
    by PROBABILITY_TOLERANCE, and a label only where its two best classes are that close. For
    k-nearest neighbours a row with equally near candidates for the last place is left out: which of
    them counts is arbitrary in both.

    Raises ParityFailed with the worst row where they differ by more.
    """
    matrix = feature_matrix(*prepared)
    answers = _ask(graph, *given)
    decided = _decided_rows(pipeline, matrix)
    if task == "regression":
        expected = np.asarray(pipeline.predict(matrix), dtype=float)
        actual = answers["prediction"].astype(float).ravel()
        difference = np.abs(actual - expected)
        allowed = REGRESSION_TOLERANCE * (np.abs(expected) + expected.std() + 1e-6)
    else:
        expected = pipeline.predict_proba(matrix)
        actual = answers["probabilities"].astype(float)
        difference = np.abs(actual - expected).max(axis=1)
        allowed = np.full(len(difference), PROBABILITY_TOLERANCE)
        _check_labels(pipeline.classes_, expected, answers["label"], decided)
    # A NaN compares as false, so it is never "within".
    within = (difference <= allowed) | ~decided
    if not within.all():
        worst = int(np.argmax(np.where(within, -1.0, np.nan_to_num(difference, nan=np.inf))))
        raise ParityFailed(
            f"on {int((~within).sum())} of {len(within)} rows ONNX and scikit-learn differ by more than"
            f" {allowed[worst]:.3g}; worst: {np.ravel(actual[worst])} against {np.ravel(expected[worst])}"
        )
    return Parity(int(decided.sum()), float(difference[decided].max(initial=0.0)))


def _ask(graph: bytes, numeric: np.ndarray, categorical: np.ndarray) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    tensors = {"numeric": numeric, "categorical": categorical}
    feeds = {name: tensor for name, tensor in tensors.items() if tensor.shape[1] > 0}
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds), strict=True))


def _check_labels(
    classes: np.ndarray, expected: np.ndarray, labels: np.ndarray, decided: np.ndarray
) -> None:
    best = classes[np.argmax(expected, axis=1)]
    top = np.sort(expected, axis=1)[:, -2:]
    close = top[:, 1] - top[:, 0] <= PROBABILITY_TOLERANCE
    wrong = (np.asarray(labels).ravel() != best) & ~close & decided
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ParityFailed(
            f"on {int(wrong.sum())} of {len(wrong)} rows ONNX gives another label; first:"
            f" {np.ravel(labels)[row]!r} against {best[row]!r}"
        )


def _decided_rows(pipeline: Pipeline, matrix: np.ndarray) -> np.ndarray:
    """True where the answer does not hang on which of equally near neighbours is taken."""
    model = pipeline.named_steps["model"]
    neighbours = getattr(model, "n_neighbors", None)
    if neighbours is None or neighbours >= model.n_samples_fit_:
        return np.full(len(matrix), True)
    inner = pipeline.named_steps["columns"].transform(matrix)
    distances, _ = model.kneighbors(inner, n_neighbors=neighbours + 1)
    last, next_one = distances[:, -2], distances[:, -1]
    return next_one - last > _TIE_TOLERANCE * np.maximum(next_one, 1.0)
