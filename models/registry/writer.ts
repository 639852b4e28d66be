import {
  type AlertDelivery,
  type AliasRecord,
  type CacheEntry,
  type GroupWait,
  type Incident,
  incidentName,
  type LedgerEntry,
  MillraceError,
  type MonitorDecision,
  type MonitorLook,
  type Repair,
  type ReviewItem,
  type Rollout,
  type RunPause,
  type RunRecord,
  type Silence,
  type StepRecord,
  type VersionRecord,
  type WindowMeasurement,
} from '../../contracts/index.js';
import type { ApprovalBook } from './approval-book.js';
import { isConstraintViolation } from './errors.js';
import { SqlExperimentBook } from './experiments/book.js';
import type { ExperimentBook } from './experiments/ports.js';
import { toJson } from './json-text.js';
import { SqlLifeBook } from './life/book.js';
import type { LifeBook } from './life/ports.js';
import type { MirrorBook } from './mirror-book.js';
import type { NewVersion, RegistryWriter, RouteMove, Transition } from './ports.js';
import { moveAlias, moveRoute } from './production-writes.js';
import { type ReadSource, SqlRegistryReader } from './reader.js';
import { SqlRetentionBook } from './retention/book.js';
import type { RetentionBook } from './retention/ports.js';
import { SqlApprovalBook } from './sql-approval-book.js';
import { SqlMirrorBook } from './sql-mirror-book.js';
import { completeStep, recordItems, recordStep, reuseSteps } from './step-writes.js';
import type { RegistryStore } from './store.js';
import { putAlertDelivery, putSilence } from './tables/alerts.js';
import { selectChampionRow } from './tables/aliases.js';
import { putIncident } from './tables/incidents.js';
import { insertLedgerEntry, insertRegisteredEntry } from './tables/ledger.js';
import { putMonitorLook } from './tables/monitor-looks.js';
import { insertDecision, putMeasurement } from './tables/monitoring.js';
import { endRepair, putRepair } from './tables/repairs.js';
import { insertReviewItem, replaceReviewItem, selectReviewText } from './tables/review-items.js';
import { putRollout } from './tables/rollouts.js';
import { endRun, findRun, insertRun, putPauses, putQueued } from './tables/runs.js';
import { insertNextVersion, selectVersionByEffect, toVersion } from './tables/versions.js';

/**
 * The write port. What production rests on (runs, versions, alias, ledger, decisions) goes through
 * `durable` and survives a power cut; step records, which Temporal's history holds too, go through
 * `quick`.
 */
export class SqlRegistryWriter extends SqlRegistryReader implements RegistryWriter {
  override readonly life: LifeBook;
  override readonly approvals: ApprovalBook;
  override readonly experiments: ExperimentBook;
  override readonly retention: RetentionBook;
  readonly mirror: MirrorBook;
  readonly #durable: RegistryStore;
  readonly #quick: RegistryStore;

  constructor(durable: RegistryStore, quick: RegistryStore) {
    const source: ReadSource = {
      db: async () => quick.db,
      close: async () => {
        await Promise.all([durable.close(), quick.close()]);
      },
    };
    super(source);
    this.life = new SqlLifeBook(source, this, durable);
    this.mirror = new SqlMirrorBook(durable);
    this.experiments = new SqlExperimentBook(source, quick);
    this.retention = new SqlRetentionBook(source, durable);
    this.approvals = new SqlApprovalBook(source, durable);
    this.#durable = durable;
    this.#quick = quick;
  }

  async openRun(run: RunRecord): Promise<void> {
    await this.#durable.writeBatch(insertRun(this.#durable.db, run));
  }

  async closeRun(
    runId: string,
    status: Exclude<RunRecord['status'], 'running'>,
    detail: string | null,
    endedAt: string,
  ): Promise<void> {
    const { db } = this.#durable;
    await this.#durable.writeBatch(endRun(db, runId, { status, detail, endedAt }));
    if ((await findRun(db, runId)) === null) {
      throw new MillraceError(
        'NotFound',
        `the registry has no run ${runId}, so it cannot be ended`,
        'was the registry file replaced while the run was under way?',
      );
    }
  }

  recordStep(step: StepRecord): Promise<void> {
    return recordStep(this.#quick, step);
  }

  recordItems(items: readonly StepRecord[]): Promise<void> {
    return recordItems(this.#quick, items);
  }

  completeStep(step: StepRecord, cache: CacheEntry | null): Promise<boolean> {
    return completeStep(this.#quick, step, cache);
  }

  reuseSteps(steps: readonly StepRecord[]): Promise<ReadonlySet<string>> {
    return reuseSteps(this.#quick, steps);
  }

  async putPauses(runId: string, pauses: readonly RunPause[]): Promise<void> {
    await this.#durable.writeBatch(putPauses(this.#durable.db, runId, pauses));
  }

  async putQueued(workflowId: string, queued: GroupWait): Promise<void> {
    await this.#durable.writeBatch(putQueued(this.#durable.db, workflowId, queued));
  }

  async registerVersion(
    effectKey: string,
    version: NewVersion,
    actor: string,
    reason: string,
  ): Promise<VersionRecord> {
    const { db } = this.#durable;
    const at = new Date().toISOString();
    const [, , [row]] = await this.#durable.writeBatch(
      insertNextVersion(db, effectKey, version, at),
      insertRegisteredEntry(db, effectKey, {
        model: version.model,
        key: `registered/${effectKey}`,
        at,
        asOf: version.asOf,
        actor,
        action: 'registered',
        from: null,
        reason,
        evidence: { runId: version.runId, planHash: version.planHash },
      }),
      selectVersionByEffect(db, effectKey),
    );
    if (row === undefined || row.model !== version.model) {
      throw new MillraceError(
        'Internal',
        `effect ${effectKey} of model ${version.model} registered ${row === undefined ? 'nothing' : `a version of ${row.model}`}`,
      );
    }
    return toVersion(row);
  }

  transition(transition: Transition): Promise<AliasRecord | null> {
    return moveAlias(this.#durable, transition);
  }

  moveRoute(move: RouteMove): Promise<boolean> {
    return moveRoute(this.#durable, move);
  }

  async transitionNumber(model: string): Promise<number> {
    const row = await selectChampionRow(this.#durable.db, model).executeTakeFirst();
    return row?.transition ?? 0;
  }

  async appendLedger(...entries: readonly LedgerEntry[]): Promise<void> {
    const { db } = this.#durable;
    await this.#durable.writeBatch(...entries.map((entry) => insertLedgerEntry(db, entry)));
  }

  async beginRepair(repair: Repair, entry: LedgerEntry): Promise<void> {
    const { db } = this.#durable;
    await this.#durable.writeBatch(putRepair(db, repair), insertLedgerEntry(db, entry));
  }

  async liftRepair(key: string, at: string, entry: LedgerEntry): Promise<void> {
    const { db } = this.#durable;
    await this.#durable.writeBatch(
      endRepair(db, entry.model, key, at),
      insertLedgerEntry(db, entry),
    );
  }

  async recordMeasurement(measurement: WindowMeasurement): Promise<void> {
    await this.#durable.writeBatch(putMeasurement(this.#durable.db, measurement));
  }

  async recordDecision(decision: MonitorDecision): Promise<void> {
    await this.#durable.writeBatch(insertDecision(this.#durable.db, decision));
  }

  async recordLook(look: MonitorLook): Promise<void> {
    await this.#quick.writeBatch(putMonitorLook(this.#quick.db, look));
  }

  async putIncident(incident: Incident): Promise<void> {
    const { db } = this.#durable;
    await this.#durable.writeBatch(putIncident(db, incident)).catch((error: unknown) => {
      if (!isConstraintViolation(error)) throw error;
      throw new MillraceError(
        'Internal',
        `${incidentName(incident)} cannot be opened: another incident of the model is open`,
        'read the registry again',
        { cause: error },
      );
    });
  }

  async putRollout(rollout: Rollout): Promise<void> {
    await this.#durable.writeBatch(putRollout(this.#durable.db, rollout));
  }

  async recordAlertDelivery(delivery: AlertDelivery): Promise<void> {
    await this.#durable.writeBatch(putAlertDelivery(this.#durable.db, delivery));
  }

  async queueReviewItems(items: readonly ReviewItem[]): Promise<void> {
    if (items.length === 0) return;
    const { db } = this.#durable;
    await this.#durable.writeBatch(...items.map((item) => insertReviewItem(db, item)));
  }

  async replaceReviewItem(before: ReviewItem, after: ReviewItem): Promise<boolean> {
    const { db } = this.#durable;
    const [, [row]] = await this.#durable.writeBatch(
      replaceReviewItem(db, before, after),
      selectReviewText(db, after),
    );
    return row?.content === toJson(after);
  }

  async putSilence(silence: Silence): Promise<void> {
    await this.#durable.writeBatch(putSilence(this.#durable.db, silence));
  }
}
