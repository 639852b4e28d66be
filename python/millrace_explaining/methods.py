"""Methods by name. Each is loaded when it is asked for: the libraries cost seconds.

A result has `importance` (one an input, ≥ 0 but for shuffling, which may find noise), the explained
`values` of the rows by input and their `scores`, `classIndex`, `faithfulness` and `consistency`, and
what its method gives besides: `attributions` [rows, inputs], `baseValue`, `conditions`, `fit`,
`curves`, `spread`, `measured`.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

from .consistency import ROWS, consistency, parts_of
from .data import Encoding, Samples
from .faithfulness import faithfulness
from .options import Options
from .score import Score

Progress = Callable[[float], None]

_OWN_SHARE = 0.6
"""Of the progress, for the explanation itself; the rest is for how good it is."""


_LIBRARIES = {
    "shap": ("shap", "onnxruntime"),
    "kernelShap": ("shap", "onnxruntime"),
    "lime": ("lime", "onnxruntime"),
    "partialDependence": ("scikit-learn", "onnxruntime"),
    "permutation": ("scikit-learn", "onnxruntime"),
    "native": ("onnxruntime",),
}


def run(options: Options, samples: Samples, score: Score, progress: Progress) -> dict[str, Any]:
    own = lambda share: progress(_OWN_SHARE * share)  # noqa: E731
    rest = lambda share: progress(_OWN_SHARE + (1 - _OWN_SHARE) * share)  # noqa: E731
    found, attributions, again, parts = _METHODS[options.method](options, samples, score, own)
    return {
        "algorithm": options.method,
        "attributions": None,
        "baseValue": None,
        "classIndex": score.class_index,
        "scores": _plain(score(samples.rows)),
        "values": _readable(samples.rows, samples.encoding),
        **found,
        "libraries": {name: version(name) for name in _LIBRARIES[options.method]},
        "faithfulness": faithfulness(
            score, samples.background, samples.rows, attributions, options.seed
        ),
        "consistency": consistency(parts, again, rest),
    }


def _by_shapley(options: Options, samples: Samples, score: Score, progress: Progress) -> Any:
    from .shapley import algorithm, attribute

    background, rows = samples.background, samples.rows
    values, base = attribute(options, score, background, rows, progress)
    again = lambda part: attribute(options, score, background[part], rows[:ROWS], _silent)[0]  # noqa: E731
    found = {
        "algorithm": algorithm(options),
        "attributions": _plain(values),
        "baseValue": base,
        "importance": _plain(np.abs(values).mean(axis=0)),
    }
    return found, values, again, parts_of(background, options.seed)


def _by_surrogate(options: Options, samples: Samples, score: Score, progress: Progress) -> Any:
    from .surrogate import attribute

    background, rows, encoding = samples.background, samples.rows, samples.encoding
    made = attribute(options, encoding, score, background, rows, progress)
    again = lambda part: attribute(  # noqa: E731
        options, encoding, score, background[part], rows[:ROWS], _silent
    ).values
    found = {
        "attributions": _plain(made.values),
        "importance": _plain(np.abs(made.values).mean(axis=0)),
        "conditions": made.conditions,
        "fit": made.fit,
    }
    return found, made.values, again, parts_of(background, options.seed)


def _by_dependence(options: Options, samples: Samples, score: Score, progress: Progress) -> Any:
    from .dependence import dependences

    rows, encoding = samples.rows, samples.encoding
    made = dependences(options, encoding, score, rows, progress)
    again = lambda part: dependences(  # noqa: E731
        options, encoding, score, rows[part], _silent
    ).importance[None]
    found = {"importance": _plain(made.importance), "curves": made.curves}
    return found, _everywhere(made.importance, rows), again, parts_of(rows, options.seed)


def _by_shuffling(options: Options, samples: Samples, score: Score, progress: Progress) -> Any:
    from .shuffling import importances

    rows, labels = samples.rows, samples.labels
    mean, spread, measured = importances(options, score.model, rows, labels, progress)
    again = lambda part: importances(  # noqa: E731
        options, score.model, rows[part], labels[part], _silent
    )[0][None]
    found = {
        "importance": _plain(mean),
        "spread": _plain(spread),
        "metric": options.metric,
        "measured": measured,
    }
    return found, _everywhere(mean, rows), again, parts_of(rows, options.seed, 20)


def _by_model(options: Options, samples: Samples, _score: Score, _progress: Progress) -> Any:
    importance = np.array(options.native, dtype=float)
    found = {"importance": _plain(importance)}
    # The model was trained once: there is nothing to compare with.
    return found, _everywhere(importance, samples.rows), None, []


_METHODS = {
    "shap": _by_shapley,
    "kernelShap": _by_shapley,
    "lime": _by_surrogate,
    "partialDependence": _by_dependence,
    "permutation": _by_shuffling,
    "native": _by_model,
}


def _everywhere(importance: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.tile(importance, (len(rows), 1))


def _silent(_share: float) -> None:
    pass


def _plain(values: np.ndarray) -> list[Any]:
    return values.astype(float).tolist()


def _readable(rows: np.ndarray, encoding: Encoding) -> list[list[Any]]:
    """Values as they were given; None for a missing one."""
    return [
        [
            (known[int(value)] or None) if known is not None else None if np.isnan(value) else float(value)
            for known, value in zip(encoding.categories, row, strict=True)
        ]
        for row in rows
    ]
