import {
  type ApprovalDecision,
  type ApprovalRecord,
  type ApprovalRequest,
  type LedgerEntry,
  MillraceError,
} from '../../contracts/index.js';
import type { ApprovalBook, ApprovalFilter, ApprovalReader } from './approval-book.js';
import { fromJson, fromJsonOrNull } from './json-text.js';
import type { ReadSource } from './reader.js';
import type { RegistryStore } from './store.js';
import {
  insertApproval,
  listApprovals,
  selectApproval,
  settleApproval,
} from './tables/approvals.js';
import { insertLedgerEntry } from './tables/ledger.js';

export class SqlApprovalReader implements ApprovalReader {
  readonly #source: ReadSource;

  constructor(source: ReadSource) {
    this.#source = source;
  }

  async list(filter: ApprovalFilter = {}): Promise<readonly ApprovalRecord[]> {
    const db = await this.#source.db();
    return db === null ? [] : listApprovals(db, filter);
  }
}

export class SqlApprovalBook extends SqlApprovalReader implements ApprovalBook {
  readonly #store: RegistryStore;

  constructor(source: ReadSource, durable: RegistryStore) {
    super(source);
    this.#store = durable;
  }

  async ask(request: ApprovalRequest, entry: LedgerEntry | null): Promise<ApprovalRecord> {
    const { db } = this.#store;
    const line = entry === null ? [] : [insertLedgerEntry(db, entry)];
    const [, [row]] = await this.#store.writeBatch(
      insertApproval(db, request),
      selectApproval(db, request.runId, request.stepId),
      ...line,
    );
    return row === undefined
      ? { request, decision: null }
      : { request: fromJson(row.request), decision: fromJsonOrNull(row.decision) };
  }

  async settle(
    { runId, stepId }: Pick<ApprovalRequest, 'runId' | 'stepId'>,
    decision: ApprovalDecision,
    entry: LedgerEntry | null,
  ): Promise<ApprovalDecision> {
    const { db } = this.#store;
    const line = entry === null ? [] : [insertLedgerEntry(db, entry)];
    const [, [row]] = await this.#store.writeBatch(
      settleApproval(db, runId, stepId, decision),
      selectApproval(db, runId, stepId),
      ...line,
    );
    const standing = fromJsonOrNull(row?.decision ?? null);
    if (standing !== null) return standing;
    throw new MillraceError(
      'NotFound',
      `step ${stepId} of run ${runId} has asked nothing`,
      'was the registry file replaced while the run was under way?',
    );
  }
}
