import type { Experiment, MetricPoint } from '../../../contracts/index.js';
import type { ReadSource } from '../reader.js';
import type { RegistryStore } from '../store.js';
import { deleteMetricPoints, insertMetricPoints, putExperiment } from '../tables/experiments.js';
import type { AttemptAtStep, ExperimentBook } from './ports.js';
import { SqlExperimentReader } from './reader.js';

/** Rows of one statement: databases bound the parameters of one. */
const POINTS_A_STATEMENT = 1_000;

export class SqlExperimentBook extends SqlExperimentReader implements ExperimentBook {
  readonly #store: RegistryStore;

  constructor(source: ReadSource, store: RegistryStore) {
    super(source);
    this.#store = store;
  }

  async put(experiment: Experiment): Promise<void> {
    await this.#store.writeBatch(putExperiment(this.#store.db, experiment));
  }

  async putCurve(step: AttemptAtStep, points: readonly MetricPoint[]): Promise<void> {
    const { db } = this.#store;
    const counted = numbered(points);
    const inserts = [];
    for (let from = 0; from < counted.length; from += POINTS_A_STATEMENT) {
      const part = counted.slice(from, from + POINTS_A_STATEMENT);
      inserts.push(insertMetricPoints(db, step, part));
    }
    await this.#store.writeBatch(deleteMetricPoints(db, step), ...inserts);
  }
}

/** Each with its place among those of its metric. */
function numbered(points: readonly MetricPoint[]) {
  const counts = new Map<string, number>();
  return points.map((told) => {
    const point = counts.get(told.metric) ?? 0;
    counts.set(told.metric, point + 1);
    return { ...told, point };
  });
}
