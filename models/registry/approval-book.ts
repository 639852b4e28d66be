import type {
  ApprovalDecision,
  ApprovalRecord,
  ApprovalRequest,
  LedgerEntry,
} from '../../contracts/index.js';

export interface ApprovalFilter {
  readonly runId?: string;
  /** Only what waits, of runs that go on. */
  readonly waiting?: true;
}

/** What runs asked people, and how it was settled. */
export interface ApprovalReader {
  /** In the order in which it was asked. */
  list(filter?: ApprovalFilter): Promise<readonly ApprovalRecord[]>;
}

/** Keyed (run, step): of two questions the first stays, and so does the first decision. */
export interface ApprovalBook extends ApprovalReader {
  /**
   * Keeps a question with its ledger line, in one transaction.
   *
   * @param entry - `null` for a run without a model: the ledger is of models
   * @returns the question as it stands
   */
  ask(request: ApprovalRequest, entry: LedgerEntry | null): Promise<ApprovalRecord>;
  /**
   * Settles a question with its ledger line, in one transaction.
   *
   * @returns the decision that stands: an earlier one where there is one
   * @throws MillraceError `NotFound` where nothing was asked
   */
  settle(
    question: Pick<ApprovalRequest, 'runId' | 'stepId'>,
    decision: ApprovalDecision,
    entry: LedgerEntry | null,
  ): Promise<ApprovalDecision>;
}
