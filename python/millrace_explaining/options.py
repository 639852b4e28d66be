"""The values that `explain.py` is called with, checked. Names come from millrace's own TypeScript."""

from dataclasses import dataclass
from typing import Any

from .errors import BadInput

METHODS = ("shap", "kernelShap", "lime", "partialDependence", "permutation", "native")

METRICS = {"regression": ("mae", "rmse", "r2"), "classification": ("accuracy", "logLoss")}


@dataclass(frozen=True)
class Input:
    name: str
    tensor: str
    """numeric or categorical."""
    index: int
    """Column within the tensor."""


@dataclass(frozen=True)
class Options:
    method: str
    task: str
    inputs: tuple[Input, ...]
    classes: tuple[Any, ...]
    """In the order of the probabilities; empty for a regression."""
    class_index: int | None
    """The class whose probability is explained; None chooses."""
    seed: int
    samples: int | None
    """Perturbed rows of lime, coalitions of kernelShap; None: the library's own number."""
    repeats: int
    """Shuffles of each feature by `permutation`."""
    metric: str
    """What `permutation` measures by."""
    features: tuple[int, ...]
    """Places of the inputs whose dependence is computed."""
    ice: bool
    """Keep the curve of each row, too."""
    answers: str | None
    """URL at which the model is asked; None: it is a graph."""
    native: tuple[float, ...]
    """The model's own importance, one an input; empty for the other methods."""


def read_options(values: dict[str, Any]) -> Options:
    method, task = values["method"], values["task"]
    if method not in METHODS:
        raise BadInput(f"method: {method!r} is none of {', '.join(METHODS)}")
    metric = values.get("metric") or METRICS[task][0]
    if metric not in METRICS[task]:
        raise BadInput(f"metric: {metric!r} is none of {', '.join(METRICS[task])}, which suit a {task}")
    inputs = tuple(Input(i["name"], i["tensor"], i["index"]) for i in values["inputs"])
    return Options(
        method=method,
        task=task,
        inputs=inputs,
        classes=tuple(values.get("classes") or ()),
        class_index=values.get("classIndex"),
        seed=values["seed"],
        samples=values.get("samples"),
        repeats=values.get("repeats") or 10,
        metric=metric,
        features=tuple(values.get("features") or range(len(inputs))),
        ice=bool(values.get("ice")),
        answers=values.get("answers"),
        native=tuple(values.get("native") or ()),
    )
