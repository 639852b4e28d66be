import type { GroupState, HeldLease, LeaseRequest } from '../contracts/index.js';

/** What follows a change of the queue: told to runs, in this order. */
export type LeaseEffect =
  | { readonly kind: 'grant'; readonly lease: LeaseRequest }
  | { readonly kind: 'skip'; readonly lease: LeaseRequest; readonly detail: string }
  | { readonly kind: 'cancel'; readonly lease: LeaseRequest; readonly detail: string };

/**
 * Who holds the places of a group, and who waits for one: the most urgent first, of equals the one
 * that asked first. Pure; a repeat of a message changes nothing.
 */
export class LeaseQueue {
  #holders: readonly HeldLease[];
  #waiting: readonly LeaseRequest[];

  constructor(state: Pick<GroupState, 'holders' | 'waiting'> = { holders: [], waiting: [] }) {
    this.#holders = state.holders;
    this.#waiting = state.waiting;
  }

  get state(): Pick<GroupState, 'holders' | 'waiting'> {
    return { holders: this.#holders, waiting: this.#waiting };
  }

  get isIdle(): boolean {
    return this.#holders.length === 0 && this.#waiting.length === 0;
  }

  /** Somebody waits: whether every holder is still there is worth a look. */
  get isContended(): boolean {
    return this.#waiting.length > 0;
  }

  request(lease: LeaseRequest): readonly LeaseEffect[] {
    // Told again: the first answer may not have arrived.
    if (this.#holders.some(({ leaseId }) => leaseId === lease.leaseId)) {
      return [{ kind: 'grant', lease }];
    }
    if (this.#waiting.some(({ leaseId }) => leaseId === lease.leaseId)) return [];
    const isFull = this.#holders.length >= lease.limit || this.#waiting.length > 0;
    if (isFull && lease.onFull === 'skip') {
      return [{ kind: 'skip', lease, detail: `its group is full (${places(lease.limit)})` }];
    }
    const effects = lease.onFull === 'cancel-running' ? this.#makeRoom(lease) : [];
    this.#waiting = [...this.#waiting, lease];
    return [...effects, ...this.#fill()];
  }

  /** Of a holder, or of one that waits and has given up. */
  release(leaseId: string): readonly LeaseEffect[] {
    this.#holders = this.#holders.filter((lease) => lease.leaseId !== leaseId);
    this.#waiting = this.#waiting.filter((lease) => lease.leaseId !== leaseId);
    return this.#fill();
  }

  /** Those whose workflow is gone hold and want nothing any more. */
  gone(workflowIds: readonly string[]): readonly LeaseEffect[] {
    const leases = [...this.#holders, ...this.#waiting];
    return leases
      .filter(({ workflowId }) => workflowIds.includes(workflowId))
      .flatMap(({ leaseId }) => this.release(leaseId));
  }

  /** The newest run counts: what began before it, and what waits to take its place, gives way. */
  #makeRoom({ limit, run }: LeaseRequest): readonly LeaseEffect[] {
    const superseded = this.#waiting.filter(({ onFull }) => onFull === 'cancel-running');
    this.#waiting = this.#waiting.filter(({ onFull }) => onFull !== 'cancel-running');
    const staying = this.#holders.filter(({ isCancelled }) => isCancelled !== true);
    const inTheWay = staying.slice(0, Math.max(0, staying.length - limit + 1));
    this.#holders = this.#holders.map((held) =>
      inTheWay.includes(held) ? { ...held, isCancelled: true } : held,
    );
    const newer = run === undefined ? 'a newer run' : `run ${run.runId} of ${run.pipeline}`;
    const detail = `${newer} takes its place`;
    return [
      ...superseded.map((lease): LeaseEffect => ({ kind: 'skip', lease, detail })),
      ...inTheWay.map((lease): LeaseEffect => ({ kind: 'cancel', lease, detail })),
    ];
  }

  #fill(): readonly LeaseEffect[] {
    const effects: LeaseEffect[] = [];
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const { leaseId } = next;
      this.#waiting = this.#waiting.filter((lease) => lease.leaseId !== leaseId);
      this.#holders = [...this.#holders, next];
      effects.push({ kind: 'grant', lease: next });
    }
    return effects;
  }

  /** The first in line where there is room for it. Nobody overtakes it by a wider limit of its own. */
  #next(): LeaseRequest | null {
    const [first = null, ...others] = this.#waiting;
    if (first === null) return null;
    const next = others.reduce(
      (best, lease) => (lease.priorityKey < best.priorityKey ? lease : best),
      first,
    );
    return this.#holders.length < next.limit ? next : null;
  }
}

function places(limit: number): string {
  return limit === 1 ? '1 place' : `${limit} places`;
}
