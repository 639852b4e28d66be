import { describe, expect, it } from 'vitest';
import {
  type ClassificationSample,
  measureClassification,
  measureRegression,
  type RegressionSample,
} from '../../monitoring/drift/performance/metrics/index.js';
import { PYTHON_NOTE, runPython, WITHOUT_PYTHON } from './python.js';

const ORACLE = `
import json, sys, warnings
import numpy as np
from sklearn import metrics as m
warnings.simplefilter("ignore")
def regression(s):
    y, p = s["labels"], s["predictions"]
    return dict(mae=m.mean_absolute_error(y, p), rmse=m.root_mean_squared_error(y, p),
                r2=m.r2_score(y, p), mape=m.mean_absolute_percentage_error(y, p))
def classification(s):
    y, p, k = s["labels"], s["predictions"], len(s["classes"])
    q = np.asarray(s["probabilities"], dtype=np.float32).reshape(len(y), k)
    how = dict(average="binary" if k == 2 else "macro", zero_division=0)
    auc = m.roc_auc_score(y, q[:, 1]) if k == 2 else m.roc_auc_score(y, q, multi_class="ovr", average="macro")
    onehot = np.eye(k)[y]
    ap = m.average_precision_score(onehot[:, 1], q[:, 1]) if k == 2 else m.average_precision_score(onehot, q, average="macro")
    squares = (q.astype(float) - onehot) ** 2
    brier = squares[:, 1].mean() if k == 2 else squares.sum(axis=1).mean()
    return dict(averagePrecision=ap, brierScore=brier, accuracy=m.accuracy_score(y, p), precision=m.precision_score(y, p, **how),
                recall=m.recall_score(y, p, **how), f1=m.f1_score(y, p, **how), rocAuc=auc,
                logLoss=m.log_loss(y, q, labels=list(range(k))))
samples = json.load(sys.stdin)
print(json.dumps([classification(s) if "probabilities" in s else regression(s) for s in samples]))
`;

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function regressionSample(seed: number, rows: number): RegressionSample {
  const random = randomOf(seed);
  const labels = Array.from({ length: rows }, () => 1 + 900 * random() ** 2);
  return { labels, predictions: labels.map((label) => label + 80 * (random() - 0.4)) };
}

/** Coarse probabilities, so that ranks are tied; some are 0 and 1. */
function classificationSample(seed: number, rows: number, width: number): ClassificationSample {
  const random = randomOf(seed);
  const classes = Array.from({ length: width }, (_, index) => `class ${index}`);
  const labels = Array.from({ length: rows }, (_, row) =>
    row < width ? row : Math.floor(width * random()),
  );
  const probabilities = labels.flatMap((label) => {
    const weights = classes.map((_, index) => Math.floor(4 * random()) + (index === label ? 2 : 0));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => Math.fround(weight / sum));
  });
  const predictions = labels.map((_, row) => {
    const own = probabilities.slice(row * width, (row + 1) * width);
    return own.indexOf(Math.max(...own));
  });
  return { classes, labels, predictions, probabilities };
}

describe.skipIf(WITHOUT_PYTHON)(`metrics against scikit-learn${PYTHON_NOTE}`, () => {
  it('are equal to twelve digits on regressions, two classes and several', async () => {
    const regressions = [1, 2, 3].map((seed) => regressionSample(seed, 50 * seed));
    const classifications = [2, 2, 3, 5].map((width, at) =>
      classificationSample(at + 11, 40 * width, width),
    );
    const samples = [...regressions, ...classifications];
    const ended = await runPython(['-c', ORACLE], { stdin: JSON.stringify(samples) });
    const expected: Record<string, number>[] = JSON.parse(ended.stdout);
    const measured = [
      ...regressions.map(measureRegression),
      ...classifications.map(measureClassification),
    ];
    for (const [at, oracle] of expected.entries()) {
      expect(Object.keys(measured[at] ?? {}).sort()).toEqual(Object.keys(oracle).sort());
      for (const [name, value] of Object.entries(oracle)) {
        // scikit-learn sums the logarithms of float32 in float32.
        const digits = name === 'logLoss' ? 6 : 12;
        const scale = Math.max(1, Math.abs(value));
        expect((measured[at]?.[name] ?? Number.NaN) / scale, `${name} of sample ${at}`).toBeCloseTo(
          value / scale,
          digits,
        );
      }
    }
  });
});
