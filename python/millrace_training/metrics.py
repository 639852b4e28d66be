"""How well the model fits what it learned from; `evaluate` measures it on what it never saw."""

import numpy as np


def training_metrics(task: str, labels: np.ndarray, predictions: np.ndarray) -> dict[str, float]:
    """Named `training…`, so that no gate takes them for the hold-out's."""
    if task == "classification":
        return {"trainingAccuracy": float(np.mean(labels == predictions))}
    errors = predictions - labels
    return {
        "trainingMae": float(np.abs(errors).mean()),
        "trainingRmse": float(np.sqrt(np.square(errors).mean())),
    }
