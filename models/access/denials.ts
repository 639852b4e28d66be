import type { AuditLog, AuditRecord } from './audit-log.js';

/** Denials alike within this time are one line: a flood must not fill the disk. */
const GATHER_MS = 10_000;
/** More kinds of denials than this at once are gathered without telling them apart. */
const MOST_KINDS = 500;

interface Gathered {
  record: AuditRecord;
  count: number;
}

/**
 * Writes the first denial of a kind (who, from where, what, why) at once, and how many were alike
 * after it once the time is over.
 */
export class Denials {
  readonly #alike = new Map<string, Gathered>();
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly log: Pick<AuditLog, 'append'>,
    private readonly gatherMs: number = GATHER_MS,
  ) {}

  add(record: AuditRecord): void {
    this.#timer ??= setTimeout(() => this.flush(), this.gatherMs).unref();
    const { who, from, what, status, reason } = record;
    const kind = JSON.stringify([who?.id, from, what, status, reason]);
    const gathered = this.#alike.get(kind);
    if (gathered !== undefined) {
      gathered.record = record;
      gathered.count += 1;
      return;
    }
    if (this.#alike.size >= MOST_KINDS) {
      this.#addToOthers(record);
      return;
    }
    this.#alike.set(kind, { record, count: 0 });
    void this.log.append(record);
  }

  /** Writes what was gathered. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const { record, count } of this.#alike.values()) {
      if (count > 0) void this.log.append({ ...record, count });
    }
    this.#alike.clear();
  }

  #addToOthers(record: AuditRecord): void {
    const others = this.#alike.get(OTHERS) ?? { record, count: 0 };
    const { at, by, outcome, status } = record;
    others.record = {
      at,
      by,
      outcome,
      status,
      who: null,
      from: 'several',
      what: 'several',
      access: 'several',
      model: null,
      reason: 'more kinds of denials at once than are told apart',
    };
    others.count += 1;
    this.#alike.set(OTHERS, others);
  }
}

const OTHERS = 'others';
