import type { Experiment, MetricPoint } from '../../../contracts/index.js';
import type { ReadSource } from '../reader.js';
import { findExperiment, listExperiments, listMetricPoints } from '../tables/experiments.js';
import type { ExperimentFilter, ExperimentReader } from './ports.js';

export class SqlExperimentReader implements ExperimentReader {
  readonly #source: ReadSource;

  constructor(source: ReadSource) {
    this.#source = source;
  }

  async find(runId: string): Promise<Experiment | null> {
    const db = await this.#source.db();
    return db === null ? null : findExperiment(db, runId);
  }

  async list(filter: ExperimentFilter = {}): Promise<readonly Experiment[]> {
    const db = await this.#source.db();
    return db === null ? [] : listExperiments(db, filter);
  }

  async curve(runId: string): Promise<readonly MetricPoint[]> {
    const db = await this.#source.db();
    return db === null ? [] : listMetricPoints(db, runId);
  }
}
