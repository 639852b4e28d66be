"""Chooses the next trials of a search by the tree-structured Parzen estimator of Optuna.

Takes the values `space` (pairs of name and values, in the order of choice), `trials` (those that have ended, in order: `params` and `score` or null),
`goal`, `seed` and `count`. Gives the value `trials`: the parameters of as many. The same values give
the same trials: nothing is kept between calls.
"""

import sys
from typing import Any

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

from millrace_step import step


def distribution(dimension: dict[str, Any]) -> Any:
    log = dimension.get("log") is True
    if "int" in dimension:
        low, high = dimension["int"]
        return IntDistribution(int(low), int(high), log=log)
    if "float" in dimension:
        low, high = dimension["float"]
        return FloatDistribution(float(low), float(high), log=log)
    return CategoricalDistribution(dimension["choice"])


def suggest(trial: optuna.Trial, name: str, dimension: dict[str, Any]) -> Any:
    log = dimension.get("log") is True
    if "int" in dimension:
        return trial.suggest_int(name, *map(int, dimension["int"]), log=log)
    if "float" in dimension:
        return trial.suggest_float(name, *map(float, dimension["float"]), log=log)
    return trial.suggest_categorical(name, dimension["choice"])


def main() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space, ended = dict(step.values["space"]), step.values["trials"]
    sampler = optuna.samplers.TPESampler(
        # Each call begins anew: its seed says how far the search is.
        seed=(step.values["seed"] + 1_000_003 * len(ended)) % 2**32,
        # Trials that run side by side are not all put to the same place.
        constant_liar=True,
    )
    direction = {"minimise": "minimize", "maximise": "maximize"}[step.values["goal"]]
    study = optuna.create_study(sampler=sampler, direction=direction)
    for trial in ended:
        params = trial["params"]
        failed = trial["score"] is None
        study.add_trial(
            create_trial(
                params=params,
                distributions={name: distribution(space[name]) for name in params},
                value=None if failed else trial["score"],
                state=TrialState.FAIL if failed else TrialState.COMPLETE,
            )
        )
    chosen = []
    for _ in range(step.values["count"]):
        trial = study.ask()
        params: dict[str, Any] = {}
        for name, dimension in space.items():
            when = dimension.get("when") or {}
            if all(params.get(other) == value for other, value in when.items()):
                params[name] = suggest(trial, name, dimension)
        chosen.append(params)
    step.set_value("trials", chosen)
    step.finish()


if __name__ == "__main__":
    sys.exit(main())
