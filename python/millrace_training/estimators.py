"""The algorithms on offer: one builder each, found by name.

Imports are inside the builders: a training pays for the one that it uses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import BadInput, nearest
from .options import Options

_JOBS = 2


@dataclass(frozen=True)
class Estimator:
    model: Any
    """Not fitted."""
    scaled: bool
    """Wants its numeric inputs standardised."""
    hyperparameters: dict[str, Any]
    """Those that count, with defaults applied."""
    weighs: bool = True
    """Rows may count more or less."""


@dataclass(frozen=True)
class Purpose:
    """What the estimator is to learn from."""

    classify: bool
    rows: int
    smallest_class: int
    """Rows of the rarest class; of a regression, all."""


Builder = Callable[[Options, Purpose], Estimator]


def _gradient_boosting(options: Options, purpose: Purpose) -> Estimator:
    from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

    chosen = {
        "trees": options.trees or 200,
        "depth": options.depth or (3 if purpose.classify else 6),
        "learningRate": options.learning_rate or 0.1,
    }
    kind = GradientBoostingClassifier if purpose.classify else GradientBoostingRegressor
    model = kind(
        n_estimators=chosen["trees"],
        max_depth=chosen["depth"],
        learning_rate=chosen["learningRate"],
        subsample=0.8,
        min_samples_leaf=5,
        random_state=options.seed,
    )
    return Estimator(model, False, chosen)


def _random_forest(options: Options, purpose: Purpose) -> Estimator:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    # Depth and leaf size keep the exported graph at a few megabytes; accuracy hardly notices.
    chosen = {"trees": options.trees or 200, "depth": options.depth or 12}
    kind = RandomForestClassifier if purpose.classify else RandomForestRegressor
    model = kind(
        n_estimators=chosen["trees"],
        max_depth=chosen["depth"],
        min_samples_leaf=3,
        n_jobs=_JOBS,
        random_state=options.seed,
    )
    return Estimator(model, False, chosen)


def _decision_tree(options: Options, purpose: Purpose) -> Estimator:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    chosen = {"depth": options.depth or 10}
    kind = DecisionTreeClassifier if purpose.classify else DecisionTreeRegressor
    model = kind(max_depth=chosen["depth"], min_samples_leaf=3, random_state=options.seed)
    return Estimator(model, False, chosen)


def _linear(options: Options, purpose: Purpose) -> Estimator:
    if purpose.classify:
        raise BadInput("algorithm: linear is a regression; for classes use logistic")
    from sklearn.linear_model import Ridge

    # A slight penalty: one-hot columns are collinear, and plain least squares would answer with
    # coefficients that float32 cannot carry.
    chosen = {"maxIterations": options.max_iterations or 1_000}
    model = Ridge(alpha=1.0, solver="lsqr", tol=1e-6, max_iter=chosen["maxIterations"])
    return Estimator(model, True, chosen)


def _logistic(options: Options, purpose: Purpose) -> Estimator:
    if not purpose.classify:
        raise BadInput("algorithm: logistic is a classification; for numbers use linear")
    from sklearn.linear_model import LogisticRegression

    chosen = {"maxIterations": options.max_iterations or 1_000}
    model = LogisticRegression(max_iter=chosen["maxIterations"], random_state=options.seed)
    return Estimator(model, True, chosen)


def _k_nearest_neighbours(options: Options, purpose: Purpose) -> Estimator:
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    chosen = {"neighbours": options.neighbours or 5}
    kind = KNeighborsClassifier if purpose.classify else KNeighborsRegressor
    return Estimator(kind(n_neighbors=chosen["neighbours"]), True, chosen, weighs=False)


def _multi_layer_perceptron(options: Options, purpose: Purpose) -> Estimator:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    chosen = {
        "hiddenLayers": list(options.hidden_layers or (64, 32)),
        "learningRate": options.learning_rate or 0.003,
        "maxIterations": options.max_iterations or 200,
    }
    kind = MLPClassifier if purpose.classify else MLPRegressor
    model = kind(
        hidden_layer_sizes=tuple(chosen["hiddenLayers"]),
        learning_rate_init=chosen["learningRate"],
        max_iter=chosen["maxIterations"],
        # With rows to spare a tenth of them says when to stop: several times faster, and better.
        early_stopping=purpose.rows >= 1_000 and purpose.smallest_class >= 20,
        random_state=options.seed,
    )
    return Estimator(model, True, chosen, weighs=False)


ALGORITHMS: dict[str, Builder] = {
    "gradient-boosting": _gradient_boosting,
    "random-forest": _random_forest,
    "decision-tree": _decision_tree,
    "linear": _linear,
    "logistic": _logistic,
    "k-nearest-neighbours": _k_nearest_neighbours,
    "multi-layer-perceptron": _multi_layer_perceptron,
}


def build_estimator(options: Options, task: str, labels: np.ndarray) -> Estimator:
    builder = ALGORITHMS.get(options.algorithm)
    if builder is None:
        raise BadInput(
            f"algorithm: there is no {options.algorithm}; {nearest(options.algorithm, ALGORITHMS)}"
        )
    rows = len(labels)
    classify = task == "classification"
    smallest = int(np.unique(labels, return_counts=True)[1].min()) if classify else rows
    estimator = builder(options, Purpose(classify, rows, smallest))
    neighbours = estimator.hyperparameters.get("neighbours", 1)
    if neighbours > rows:
        raise BadInput(f"neighbours: {neighbours} neighbours asked for, but there are only {rows} rows")
    return estimator
