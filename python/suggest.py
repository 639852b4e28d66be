"""Chooses the next trials of a search by the tree-structured Parzen estimator of Optuna.

Takes the values `space` (pairs of name and values, in the order of choice), `trials` (those that have
ended, in order: `params`, `score` or null, and of a pruned one `told`, pairs of step and value),
`running` (parameters of those that have not), `goal`, `seed` and `count`. Gives the value `trials`: the
parameters of as many. The same values give the same trials: nothing is kept between calls.
"""

import sys
from typing import Any

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

from millrace_step import step


def distribution(dimension: dict[str, Any]) -> Any:
    log, every = dimension.get("log") is True, dimension.get("step")
    if "int" in dimension:
        low, high = dimension["int"]
        return IntDistribution(int(low), int(high), log=log, step=1 if every is None else int(every))
    if "float" in dimension:
        low, high = dimension["float"]
        return FloatDistribution(float(low), float(high), log=log, step=every)
    return CategoricalDistribution(dimension["choice"])


def suggest(trial: optuna.Trial, name: str, dimension: dict[str, Any]) -> Any:
    log, every = dimension.get("log") is True, dimension.get("step")
    if "int" in dimension:
        low, high = map(int, dimension["int"])
        return trial.suggest_int(name, low, high, log=log, step=1 if every is None else int(every))
    if "float" in dimension:
        low, high = map(float, dimension["float"])
        value = trial.suggest_float(name, low, high, log=log, step=every)
        # 0.3, not 0.30000000000000004.
        return value if every is None else float(f"{value:.12g}")
    return trial.suggest_categorical(name, dimension["choice"])


def counts(dimension: dict[str, Any], params: dict[str, Any]) -> bool:
    """Whether a parameter is a part of a trial, by what was chosen before it."""
    for other, wanted in (dimension.get("when") or {}).items():
        values = wanted if isinstance(wanted, list) else [wanted]
        # True is no 1 here.
        if not any(
            other in params and type(params[other]) is type(value) and params[other] == value
            for value in values
        ):
            return False
    return True


def past(trial: dict[str, Any], space: dict[str, Any]) -> Any:
    """A trial that has ended, as Optuna knows it."""
    params, score = trial["params"], trial["score"]
    told = dict(map(tuple, trial.get("told") or []))
    state = (
        TrialState.COMPLETE
        if score is not None
        else TrialState.PRUNED
        if told
        else TrialState.FAIL
    )
    return create_trial(
        params=params,
        distributions={name: distribution(space[name]) for name in params},
        value=score,
        intermediate_values=told,
        state=state,
    )


def main() -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space, ended = dict(step.values["space"]), step.values["trials"]
    running = step.values.get("running") or []
    sampler = optuna.samplers.TPESampler(
        # Each call begins anew: its seed says how far the search is.
        seed=(step.values["seed"] + 1_000_003 * (len(ended) + len(running))) % 2**32,
        # Trials that run side by side are not all put to the same place.
        constant_liar=True,
    )
    direction = {"minimise": "minimize", "maximise": "maximize"}[step.values["goal"]]
    study = optuna.create_study(sampler=sampler, direction=direction)
    for trial in ended:
        study.add_trial(past(trial, space))
    for params in running:
        study.add_trial(
            create_trial(
                params=params,
                distributions={name: distribution(space[name]) for name in params},
                state=TrialState.RUNNING,
            )
        )
    chosen = []
    for _ in range(step.values["count"]):
        trial = study.ask()
        params: dict[str, Any] = {}
        for name, dimension in space.items():
            if counts(dimension, params):
                params[name] = suggest(trial, name, dimension)
        chosen.append(params)
    step.set_value("trials", chosen)
    step.finish()


if __name__ == "__main__":
    sys.exit(main())
