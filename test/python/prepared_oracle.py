"""What scikit-learn alone makes of the steps of pipelines/examples/bike-features: fitted on the rows
of the first file, asked for those of the second; predictions as JSON on stdout."""

import json
import sys

import numpy as np
import pyarrow.parquet as pq
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectKBest, mutual_info_regression
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, StandardScaler

TARGET, TIME, KEPT = "rentals", "day", int(sys.argv[3])


def columns_of(path):
    table = pq.read_table(path)
    names = [name for name in table.column_names if name not in (TIME, TARGET)]
    return names, {name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names}


def as_served(column):
    if column.dtype == object and any(isinstance(value, str) for value in column):
        return np.array([value or "" for value in column], dtype=object)
    return column.astype(np.float32)


names, training = columns_of(sys.argv[1])
_, rows = columns_of(sys.argv[2])
train = {name: as_served(training[name]) for name in names}
test = {name: as_served(rows[name]) for name in names}

# A day without the day before it: training is given the last one, a request what training knew last.
before = train["rentals_before"]
known = before[~np.isnan(before)]
filled, last = before.copy(), np.float32(np.median(known.astype(float)))
for row, value in enumerate(before):
    last = last if np.isnan(value) else value
    filled[row] = last
train["rentals_before"] = filled
test["rentals_before"] = np.where(np.isnan(test["rentals_before"]), known[-1], test["rentals_before"])

texts = [name for name in names if train[name].dtype == object]
logs, ranges, marks = ["gust"], ["gust_measured"], ["working_day"]
scaled = [name for name in names if name not in (*texts, *logs, *ranges, *marks)]
parts = {
    "scaled": make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
    "logs": make_pipeline(SimpleImputer(strategy="median"), FunctionTransformer(np.log1p)),
    "ranges": make_pipeline(SimpleImputer(strategy="median"), MinMaxScaler()),
    "marks": "passthrough",
    "texts": OneHotEncoder(sparse_output=False, handle_unknown="ignore"),
}


def frame(values):
    matrix = np.empty((len(values[names[0]]), len(names)), dtype=object)
    for index, name in enumerate(names):
        column = values[name]
        matrix[:, index] = column if column.dtype == object else column.astype(np.float64)
    return matrix


where = {"scaled": scaled, "logs": logs, "ranges": ranges, "marks": marks, "texts": texts}
prepare = ColumnTransformer(
    [(part, how, [names.index(name) for name in where[part]]) for part, how in parts.items()]
)
matrix = prepare.fit_transform(frame(train)).astype(np.float32).astype(np.float64)
labels = training[TARGET].astype(float)

# The columns in the order of the table: of equals the first is chosen.
made = [*scaled, *logs, *ranges, *marks]
encoder = prepare.named_transformers_["texts"]
made += [name for name, categories in zip(texts, encoder.categories_) for _ in categories]
order = sorted(range(len(made)), key=lambda index: (names.index(made[index]), index))
matrix = matrix[:, order]
discrete = np.array([len(np.unique(column)) <= 2 for column in matrix.T])
choose = SelectKBest(
    lambda x, y: mutual_info_regression(x, y, discrete_features=discrete, random_state=42), k=KEPT
).fit(matrix, labels)
model = make_pipeline(StandardScaler(), Ridge(alpha=1.0, solver="lsqr", tol=1e-6, max_iter=1_000))
model.fit(choose.transform(matrix).astype(np.float32), labels)
asked = prepare.transform(frame(test)).astype(np.float32).astype(np.float64)[:, order]
answers = model.predict(choose.transform(asked).astype(np.float32))
json.dump([float(answer) for answer in answers], sys.stdout)
