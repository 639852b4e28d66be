import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';

/** Rows of a classifier that is over-confident, and sees one of the two inputs that matter. */
export interface SimulatedRows {
  readonly predictions: Float64Array;
  readonly probabilities: Float64Array;
  readonly labels: Float64Array;
}

export interface World {
  /** Mean and deviation of the input that the classifier sees. */
  readonly shift?: number;
  readonly scale?: number;
  /** What the input is worth for the label: less of it is concept drift. */
  readonly slope?: number;
}

export function simulateRows(seed: number, rows: number, world: World = {}): SimulatedRows {
  const { shift = 0, scale = 1, slope = 1.5 } = world;
  const random = seededRandom(seed);
  const found = {
    predictions: new Float64Array(rows),
    probabilities: new Float64Array(2 * rows),
    labels: new Float64Array(rows),
  };
  for (let row = 0; row < rows; row += 1) {
    const seen = shift + scale * normal(random);
    const score = logistic(2.2 * (1.5 * seen - 0.3));
    const truth = logistic(slope * seen + 0.5 * normal(random) - 0.5);
    found.probabilities.set([1 - score, score], 2 * row);
    found.predictions[row] = score >= 0.5 ? 1 : 0;
    found.labels[row] = random() < truth ? 1 : 0;
  }
  return found;
}

export interface SimulatedPredictions {
  readonly predictions: Float64Array;
  readonly labels: Float64Array;
  /** True mean of |label − prediction| at the row: what a good model of the loss would say. */
  readonly expectedLosses: Float64Array;
}

/** Rows of a regression whose error grows with its input. */
export function simulatePredictions(seed: number, rows: number, shift = 0): SimulatedPredictions {
  const random = seededRandom(seed);
  const found = {
    predictions: new Float64Array(rows),
    labels: new Float64Array(rows),
    expectedLosses: new Float64Array(rows),
  };
  for (let row = 0; row < rows; row += 1) {
    const input = shift + normal(random);
    const deviation = 1 + Math.abs(input);
    found.predictions[row] = 3 * input;
    found.labels[row] = 3 * input + deviation * normal(random);
    found.expectedLosses[row] = deviation * Math.sqrt(2 / Math.PI);
  }
  return found;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
