import { formatEventTime, type LedgerEntry } from '../../../contracts/index.js';
import {
  emptyState,
  type ModelEffect,
  type ModelEvent,
  type ModelState,
  reduce,
} from '../../../monitoring/policy/index.js';
import type { ModelSystem, Observed, Sent } from './system.js';

/** The reducer and a world that carries out its effects at once: fast, and easy to plant bugs in. */
export class ModelInMemory implements ModelSystem {
  #state: ModelState = emptyState('bike');
  #alias: number | null = null;
  readonly #ledger: LedgerEntry[] = [];
  readonly #automations: ModelState['automation'][] = [];
  readonly #sent: { requestId: string; name: string }[] = [];
  #clockMs = Date.UTC(2026, 0, 1);
  #watched: number | null = null;
  #ids = 0;
  /** Runs under way, by how many messages they still outlive. */
  #runs: { readonly runId: string; readonly messages: number }[] = [];

  constructor(private readonly step: typeof reduce = reduce) {}

  async register(automation: ModelState['automation']): Promise<number> {
    return this.#automations.push(automation);
  }

  async champion(): Promise<number | null> {
    return this.#alias;
  }

  async killWorker(): Promise<void> {}

  async send(sent: Sent): Promise<void> {
    this.#clockMs += 60_000;
    if ('requestId' in sent.message && sent.name !== 'approve') {
      this.#sent.push({ requestId: sent.message.requestId ?? '', name: sent.name });
    }
    this.#take(this.#eventOf(sent));
    this.#endRuns(({ messages }) => messages <= 0);
    this.#runs = this.#runs.map((run) => ({ ...run, messages: run.messages - 1 }));
  }

  #endRuns(isOver: (run: { readonly messages: number }) => boolean): void {
    const over = this.#runs.filter(isOver);
    this.#runs = this.#runs.filter((run) => !isOver(run));
    for (const { runId } of over) {
      this.#take({ kind: 'pipeline-ended', ended: { runId, status: 'completed' } });
    }
  }

  async observe(): Promise<Observed> {
    this.#endRuns(() => true);
    return {
      state: this.#state,
      ledger: this.#ledger,
      champion: this.#alias,
      watched: this.#watched,
      sent: this.#sent,
    };
  }

  #eventOf(sent: Sent): ModelEvent {
    switch (sent.name) {
      case 'requestDeploy':
      case 'promote':
        return { kind: 'change-requested', request: sent.message };
      case 'rollback':
        return { kind: 'change-requested', request: sent.message };
      case 'retrain':
        return { kind: 'retrain-requested', request: sent.message };
      case 'repair':
        return { kind: 'repair-requested', request: sent.message };
      case 'approve':
        return { kind: 'approval-answered', answer: sent.message, answerId: this.#id() };
      case 'undo':
        return { kind: 'undo-requested', request: sent.message };
      case 'pause':
      case 'resume':
        return {
          kind: sent.name === 'pause' ? 'paused' : 'resumed',
          ...sent.message,
          requestId: this.#id(),
        };
    }
  }

  #id(): string {
    this.#ids += 1;
    return `id-${this.#ids}`;
  }

  #take(first: ModelEvent): void {
    const queue = [first];
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      const { state, effects } = this.step(this.#state, event, this.#clockMs);
      this.#state = state;
      for (const effect of effects) queue.push(...this.#carryOut(effect));
    }
  }

  #write(entry: Omit<LedgerEntry, 'at'>): void {
    if (this.#ledger.some(({ key }) => key === entry.key)) return;
    this.#ledger.push({ ...entry, at: formatEventTime(this.#clockMs) });
  }

  #carryOut(effect: ModelEffect): readonly ModelEvent[] {
    switch (effect.kind) {
      case 'switch-champion': {
        const { change, entry } = effect;
        this.#write(entry);
        this.#alias = change.to;
        return [
          {
            kind: 'change-ended',
            requestId: change.request.requestId,
            outcome: 'unconfirmed',
            detail: 'no gateway is running',
            guards: null,
            automation: this.#automations[change.to - 1] ?? 'full',
          },
        ];
      }
      case 'record':
        this.#write(effect.entry);
        return [];
      case 'begin-repair':
      case 'lift-repair':
        this.#write(effect.entry);
        return [];
      case 'configure-monitor':
        this.#watched = this.#alias;
        return [];
      case 'check-readiness':
        return [
          { kind: 'readiness-checked', requestId: effect.requestId, missing: ['a fairness check'] },
        ];
      case 'prepare-repairs': {
        const { request, keys, since } = effect;
        const { reason, window } = request;
        const repairs = keys.map((key) => ({
          model: 'bike',
          kind: 'quarantine' as const,
          key,
          asOf: window.end,
          since,
          reason,
          window,
        }));
        return [{ kind: 'repairs-prepared', request, repairs, problem: null }];
      }
      case 'start-retrain': {
        const { requestId } = effect.request;
        const runId = `run-of-${requestId}`;
        this.#runs.push({ runId, messages: 2 });
        return [{ kind: 'retrain-started', requestId, runId }];
      }
      default:
        return [];
    }
  }
}
