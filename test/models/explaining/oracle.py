"""What the libraries themselves say: called straight, as their own documentation does it.

Takes a JSON on stdin: {onnx, background, rows, numeric, categorical, target, classes, class, seed}.
Prints a JSON: values by method.
"""

import json
import sys

import numpy as np
import onnxruntime
import pyarrow.parquet as pq
import shap
from lime.lime_tabular import LimeTabularExplainer
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.preprocessing import LabelEncoder

given = json.load(sys.stdin)
session = onnxruntime.InferenceSession(given["onnx"], providers=["CPUExecutionProvider"])
names = given["inputs"]
texts = given["categorical"]
before, asked = pq.read_table(given["background"]), pq.read_table(given["rows"])


def column(table, name):
    return [("" if v is None else v) for v in table.column(name).to_pylist()]


coders = {name: LabelEncoder().fit(column(before, name) + column(asked, name)) for name in texts}


def matrix(table):
    made = np.empty((table.num_rows, len(names)))
    for place, name in enumerate(names):
        if name in texts:
            made[:, place] = coders[name].transform(column(table, name))
        else:
            values = table.column(name).to_pylist()
            made[:, place] = np.array([np.nan if v is None else float(v) for v in values], np.float32)
    return made


def answer(rows):
    rows = np.asarray(rows)
    numbers = rows[:, [names.index(n) for n in names if n not in texts]].astype(np.float32)
    words = np.array(
        [coders[n].inverse_transform(rows[:, names.index(n)].astype(int)) for n in texts], dtype=object
    ).T
    output = "prediction" if given["class"] is None else "probabilities"
    found = session.run([output], {"numeric": numbers, "categorical": words})[0].astype(float)
    return found.reshape(-1) if given["class"] is None else found[:, given["class"]]


class Estimator(RegressorMixin, BaseEstimator):
    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def predict(self, X):
        return answer(X)


background, rows = matrix(before), matrix(asked)
seed = given["seed"]
masker = shap.maskers.Independent(background, max_samples=len(background))
result = {"shap": shap.explainers.Exact(answer, masker)(rows, silent=True).values}
kernel = shap.KernelExplainer(answer, background)
result["kernelShap"] = kernel.shap_values(rows, l1_reg=False, silent=True)

medians = np.nanmedian(background, axis=0)
filled = np.where(np.isnan(background), medians, background)
explainer = LimeTabularExplainer(
    filled,
    mode="regression",
    categorical_features=[names.index(name) for name in texts],
    feature_selection="none",
    random_state=seed,
)
weights = np.zeros(rows.shape)
for place, row in enumerate(np.where(np.isnan(rows), medians, rows)):
    found = explainer.explain_instance(row, answer, num_features=len(names), num_samples=400)
    for feature, weight in found.as_map()[1]:
        weights[place, feature] = weight
result["lime"] = weights

estimator = Estimator().fit(rows)
place = names.index("hour_of_day")
found = partial_dependence(estimator, rows, [place], kind="both", grid_resolution=50)
result["partialDependence"] = found["average"][0]
result["grid"] = found["grid_values"][0]
result["individual"] = found["individual"][0]
if given["class"] is None:
    labels = np.array(asked.column(given["target"]).to_pylist(), dtype=float)
    found = permutation_importance(
        estimator, rows, labels, scoring="neg_mean_absolute_error", n_repeats=3, random_state=seed
    )
    result["permutation"] = found["importances_mean"]
print(json.dumps({name: np.asarray(values).tolist() for name, values in result.items()}))
