import type { TimeWindow } from '../../contracts/index.js';
import type { ApprovalReader } from './approval-book.js';
import type { ExperimentReader } from './experiments/ports.js';
import { SqlExperimentReader } from './experiments/reader.js';
import type { LifeReader } from './life/ports.js';
import { SqlLifeReader } from './life/reader.js';
import type {
  AlertFilter,
  IncidentFilter,
  RegistryReader,
  ReviewFilter,
  RunFilter,
} from './ports.js';
import type { RetentionReader } from './retention/ports.js';
import { SqlRetentionReader } from './retention/reader.js';
import { SqlApprovalReader } from './sql-approval-book.js';
import type { RegistryDb } from './store.js';
import { listAlertDeliveries, listSilences } from './tables/alerts.js';
import { findChampion, listChampions } from './tables/aliases.js';
import { findCacheEntry, findLatestCacheEntry } from './tables/cache-entries.js';
import { findIncident, findLatestIncident, listIncidents } from './tables/incidents.js';
import { listLeases } from './tables/leases.js';
import { isRequestKnown, listLedger } from './tables/ledger.js';
import { listMirrorMarks } from './tables/mirror.js';
import { findMonitorLook, listMonitorLooks } from './tables/monitor-looks.js';
import {
  findMeasurementBefore,
  listDecidedWindows,
  listDecisions,
  listMeasurements,
  listWindowMeasurements,
} from './tables/monitoring.js';
import { listRepairs } from './tables/repairs.js';
import { countOpenReviewItems, findReviewItem, listReviewItems } from './tables/review-items.js';
import { listRollouts } from './tables/rollouts.js';
import { listRoutes } from './tables/routes.js';
import { findRun, listRuns } from './tables/runs.js';
import { findLatestParts, findStep, listItems, listSteps } from './tables/steps.js';
import {
  findVersion,
  listModels,
  listVersions,
  selectVersionByEffect,
  toVersion,
} from './tables/versions.js';

/** Where a reader's queries go. */
export interface ReadSource {
  /** `null` while there is no registry yet: everything is empty then. */
  db(): Promise<RegistryDb | null>;
  close(): Promise<void>;
}

export class SqlRegistryReader implements RegistryReader {
  readonly life: LifeReader;
  readonly approvals: ApprovalReader;
  readonly experiments: ExperimentReader;
  readonly retention: RetentionReader;
  readonly #source: ReadSource;

  constructor(source: ReadSource) {
    this.#source = source;
    this.life = new SqlLifeReader(source, this);
    this.experiments = new SqlExperimentReader(source);
    this.retention = new SqlRetentionReader(source);
    this.approvals = new SqlApprovalReader(source);
  }

  run(runId: string) {
    return this.#one((db) => findRun(db, runId));
  }

  runs(filter: RunFilter = {}) {
    return this.#many((db) => listRuns(db, filter));
  }

  steps(runId: string) {
    return this.#many((db) => listSteps(db, runId));
  }

  items(runId: string, stepId: string) {
    return this.#many((db) => listItems(db, runId, stepId));
  }

  step(runId: string, stepId: string) {
    return this.#one((db) => findStep(db, runId, stepId));
  }

  cacheEntry(key: string) {
    return this.#one((db) => findCacheEntry(db, key));
  }

  latestCacheEntry(pipeline: string, stepId: string) {
    return this.#one((db) => findLatestCacheEntry(db, pipeline, stepId));
  }

  latestParts(pipeline: string, stepId: string) {
    return this.#one((db) => findLatestParts(db, pipeline, stepId));
  }

  models() {
    return this.#many(listModels);
  }

  version(model: string, version: number) {
    return this.#one((db) => findVersion(db, model, version));
  }

  versions(model: string) {
    return this.#many((db) => listVersions(db, model));
  }

  versionByEffect(effectKey: string) {
    return this.#one(async (db) => {
      const row = await selectVersionByEffect(db, effectKey).executeTakeFirst();
      return row === undefined ? null : toVersion(row);
    });
  }

  champion(model: string) {
    return this.#one((db) => findChampion(db, model));
  }

  champions() {
    return this.#many(listChampions);
  }

  ledger(model: string) {
    return this.#many((db) => listLedger(db, model));
  }

  async isRequestKnown(model: string, requestId: string) {
    return (await this.#one((db) => isRequestKnown(db, model, requestId))) ?? false;
  }

  measurements(model: string, limit?: number) {
    return this.#many((db) => listMeasurements(db, model, limit));
  }

  measurementBefore(model: string, version: number, windowStart: string) {
    return this.#one((db) => findMeasurementBefore(db, model, version, windowStart));
  }

  decisions(model: string, limit?: number) {
    return this.#many((db) => listDecisions(db, model, limit));
  }

  decidedWindows(model: string, stretch: TimeWindow) {
    return this.#many((db) => listDecidedWindows(db, model, stretch));
  }

  windowMeasurements(model: string, window: TimeWindow) {
    return this.#many((db) => listWindowMeasurements(db, model, window));
  }

  monitorLook(model: string) {
    return this.#one((db) => findMonitorLook(db, model));
  }

  monitorLooks() {
    return this.#many(listMonitorLooks);
  }

  leases() {
    return this.#many(listLeases);
  }

  incidents(filter: IncidentFilter = {}) {
    return this.#many((db) => listIncidents(db, filter));
  }

  incident(model: string, number: number) {
    return this.#one((db) => findIncident(db, model, number));
  }

  latestIncident(model: string) {
    return this.#one((db) => findLatestIncident(db, model));
  }

  mirrorMarks() {
    return this.#many(listMirrorMarks);
  }

  repairs(model?: string) {
    return this.#many((db) => listRepairs(db, model));
  }

  routes() {
    return this.#many((db) => listRoutes(db));
  }

  rollouts(model: string, limit?: number) {
    return this.#many((db) => listRollouts(db, model, limit));
  }

  alertDeliveries(filter: AlertFilter = {}) {
    return this.#many((db) => listAlertDeliveries(db, filter));
  }

  silences() {
    return this.#many(listSilences);
  }

  reviewItems(filter: ReviewFilter = {}) {
    return this.#many((db) => listReviewItems(db, filter));
  }

  reviewItem(predictionId: string) {
    return this.#one((db) => findReviewItem(db, predictionId));
  }

  async openReviewItems(model: string) {
    return (await this.#one((db) => countOpenReviewItems(db, model))) ?? 0;
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  async #one<T>(query: (db: RegistryDb) => Promise<T | null>): Promise<T | null> {
    const db = await this.#source.db();
    return db === null ? null : query(db);
  }

  async #many<T>(query: (db: RegistryDb) => Promise<readonly T[]>): Promise<readonly T[]> {
    const db = await this.#source.db();
    return db === null ? [] : query(db);
  }
}
