"""What Optuna's own fANOVA says, called as its documentation does it.

Takes the Python that has Optuna as its argument, and a JSON on stdin: {space, trials, seed}. Prints a
JSON: parameter → importance. Runs in the Python that has scikit-learn.
"""

import json
import subprocess
import sys

PURELIB = "import sysconfig; print(sysconfig.get_path('purelib'))"
sys.path.append(subprocess.check_output([sys.argv[1], "-c", PURELIB], text=True).strip())

import optuna  # noqa: E402
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution  # noqa: E402


def distribution(values):
    if "float" in values:
        return FloatDistribution(*values["float"])
    if "int" in values:
        return IntDistribution(*values["int"])
    return CategoricalDistribution(values["choice"])


given = json.load(sys.stdin)
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study()
space = {name: distribution(values) for name, values in given["space"].items()}
for trial in given["trials"]:
    study.add_trial(
        optuna.trial.create_trial(params=trial["params"], distributions=space, value=trial["score"])
    )
evaluator = optuna.importance.FanovaImportanceEvaluator(seed=given["seed"])
print(json.dumps(optuna.importance.get_param_importances(study, evaluator=evaluator)))
