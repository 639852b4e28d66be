"""Which columns say most about the target, judged on the training data."""

from typing import Any

import numpy as np
import pyarrow as pa

from millrace_training.dataset import number_column, with_target
from millrace_training.errors import BadInput
from millrace_training.labels import choose_task, read_labels

from .choices import left_alone_of
from .stages import Stage
from .table import kinds_of, require_column

_JOBS = 2


def fit_select(table: pa.Table, values: dict[str, Any]) -> tuple[list[Stage], dict[str, Any]]:
    """The stages, and the report: what was chosen, and the score of each column."""
    target = values["target"]
    require_column(table, target, "target")
    names = _candidates(table, values)
    known = with_target(table, target)
    matrix = _matrix(known, names)
    task, labels = _labels(known, values)
    seed = int(values.get("seed", 42))
    method = values["method"]
    keep = values.get("keep")
    if keep is not None and keep > len(names):
        raise BadInput(f"keep: {keep} of {len(names)} columns; there are: {', '.join(names[:30])}")
    if method == "pca":
        return _components(names, matrix, keep, values.get("atLeast"), seed)
    scores = _SCORES[method](matrix, labels, task, seed, keep)
    chosen, why = _chosen(names, scores, matrix, values)
    dropped = [name for name in names if name not in chosen]
    report = {
        "method": method,
        "selected": chosen,
        "scores": [
            {
                "column": name,
                "score": float(score) if np.isfinite(score) else None,
                "selected": name in chosen,
                **({"reason": why[name]} if name in why else {}),
            }
            for name, score in zip(names, scores, strict=True)
        ],
    }
    return ([{"kind": "drop", "columns": dropped}] if dropped else []), report


def _candidates(table: pa.Table, values: dict[str, Any]) -> list[str]:
    left_alone = left_alone_of(table, values)
    kinds = kinds_of(table)
    if values.get("columns") is None:
        names = [n for n, kind in kinds.items() if kind != "string" and n not in left_alone]
    else:
        names = list(values["columns"])
        for name in names:
            if require_column(table, name, "columns") == "string":
                raise BadInput(f"columns: {name} holds text; encode it first")
            if name in left_alone:
                raise BadInput(f"columns: {name} is the target or excluded; name it in one place")
    if not names:
        raise BadInput("there is no column of numbers to choose from; encode texts first")
    return names


def _matrix(table: pa.Table, names: list[str]) -> np.ndarray:
    matrix = np.column_stack([number_column(table, name) for name in names]).astype(np.float64)
    for name, missing in zip(names, np.isnan(matrix).sum(axis=0), strict=True):
        if missing > 0:
            raise BadInput(f"{missing} values of {name} are missing; impute them first, or exclude it")
    return matrix


def _labels(table: pa.Table, values: dict[str, Any]) -> tuple[str, np.ndarray]:
    from millrace_training.columns import value_kind
    from millrace_training.dataset import Dataset

    target = values["target"]
    column = table.column(target)
    nothing = np.empty((table.num_rows, 0))
    dataset = Dataset(
        (), (), None, nothing, nothing, column, value_kind(column.type) or "", None, 0
    )
    task = choose_task(dataset, target, values.get("task"))
    return task, read_labels(dataset, target, task)


def _correlation(
    matrix: np.ndarray, labels: np.ndarray, task: str, seed: int, keep: int | None
) -> np.ndarray:
    """|r| by Pearson; of more than two classes the greatest with one class against the others."""
    if task == "classification":
        marks = [(labels == value).astype(float) for value in np.unique(labels)]
        return np.max([_pearson(matrix, mark) for mark in marks], axis=0)
    return _pearson(matrix, labels)


def _pearson(matrix: np.ndarray, labels: np.ndarray) -> np.ndarray:
    centred, aim = matrix - matrix.mean(axis=0), labels - labels.mean()
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.abs(centred.T @ aim) / np.sqrt((centred**2).sum(axis=0) * (aim**2).sum())


def _mutual_information(
    matrix: np.ndarray, labels: np.ndarray, task: str, seed: int, keep: int | None
) -> np.ndarray:
    from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

    score = mutual_info_classif if task == "classification" else mutual_info_regression
    discrete = np.array([len(np.unique(column)) <= 2 for column in matrix.T])
    return score(matrix, labels, discrete_features=discrete, random_state=seed)


def _chi_squared(
    matrix: np.ndarray, labels: np.ndarray, task: str, seed: int, keep: int | None
) -> np.ndarray:
    from sklearn.feature_selection import chi2

    if task != "classification":
        raise BadInput("method: chiSquared compares classes, and the target is a number; use anova")
    if (matrix < 0).any():
        raise BadInput("method: chiSquared needs counts or marks, none below 0; scale by minMax")
    return chi2(matrix, labels)[0]


def _anova(
    matrix: np.ndarray, labels: np.ndarray, task: str, seed: int, keep: int | None
) -> np.ndarray:
    from sklearn.feature_selection import f_classif, f_regression

    with np.errstate(invalid="ignore", divide="ignore"):
        return (f_classif if task == "classification" else f_regression)(matrix, labels)[0]


def _importance(
    matrix: np.ndarray, labels: np.ndarray, task: str, seed: int, keep: int | None
) -> np.ndarray:
    """Of a random forest: mean decrease of impurity, shares that sum to 1."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    kind = RandomForestClassifier if task == "classification" else RandomForestRegressor
    forest = kind(n_estimators=100, min_samples_leaf=3, n_jobs=_JOBS, random_state=seed)
    return forest.fit(matrix, labels).feature_importances_


def _recursive(
    matrix: np.ndarray, labels: np.ndarray, task: str, seed: int, keep: int | None
) -> np.ndarray:
    """1 for a column that is kept, 1/2 for the one that went last, 1/3 before it, and so on."""
    from sklearn.feature_selection import RFE
    from sklearn.linear_model import LogisticRegression, Ridge

    spread = matrix.std(axis=0)
    standard = (matrix - matrix.mean(axis=0)) / np.where(spread > 0, spread, 1)
    model = LogisticRegression(max_iter=1_000) if task == "classification" else Ridge()
    return 1 / RFE(model, n_features_to_select=keep).fit(standard, labels).ranking_


_SCORES = {
    "correlation": _correlation,
    "mutualInformation": _mutual_information,
    "chiSquared": _chi_squared,
    "anova": _anova,
    "importance": _importance,
    "recursive": _recursive,
}


def _chosen(
    names: list[str], scores: np.ndarray, matrix: np.ndarray, values: dict[str, Any]
) -> tuple[list[str], dict[str, str]]:
    """Those that stay, in the order of the table; and why others went that scored well enough."""
    most = values.get("maxCorrelation")
    keep, least = values.get("keep"), values.get("atLeast")
    ranked = sorted(
        (index for index, score in enumerate(scores) if np.isfinite(score)),
        key=lambda index: (-scores[index], index),
    )
    taken: list[int] = []
    why: dict[str, str] = {}
    for index in ranked:
        if keep is not None and len(taken) == keep:
            break
        if least is not None and scores[index] < least:
            break
        if most is not None:
            twin = next((t for t in taken if _pair(matrix, t, index) > most), None)
            if twin is not None:
                why[names[index]] = f"correlates with {names[twin]}"
                continue
        taken.append(index)
    if not taken:
        raise BadInput(f"no column scores {least} or more; the best has {np.nanmax(scores):.4g}")
    return [names[index] for index in sorted(taken)], why


def _pair(matrix: np.ndarray, one: int, other: int) -> float:
    return float(_pearson(matrix[:, [one]], matrix[:, other])[0])


def _components(
    names: list[str], matrix: np.ndarray, keep: int | None, share: float | None, seed: int
) -> tuple[list[Stage], dict[str, Any]]:
    from sklearn.decomposition import PCA

    if keep is not None and keep > len(matrix):
        raise BadInput(f"keep: {keep} components of {len(matrix)} rows")
    # The whole of the variance is as many components as there are columns.
    wanted = keep if share is None else (None if share == 1 else share)
    fitted = PCA(n_components=wanted, svd_solver="full", random_state=seed).fit(matrix)
    outputs = [f"pc{index + 1}" for index in range(len(fitted.components_))]
    stage = {
        "kind": "components",
        "columns": names,
        "mean": [float(value) for value in fitted.mean_],
        "components": [[float(value) for value in row] for row in fitted.components_],
        "outputs": outputs,
    }
    ratios = fitted.explained_variance_ratio_
    report = {
        "method": "pca",
        "selected": outputs,
        "scores": [
            {"column": name, "score": float(ratio) if np.isfinite(ratio) else None, "selected": True}
            for name, ratio in zip(outputs, ratios, strict=True)
        ],
    }
    return [stage], report
