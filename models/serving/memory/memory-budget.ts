/** Of all models that are loaded at once, where nothing else is said: 1 GiB. */
export const MODEL_MEMORY_BYTES = 2 ** 30;

/** Something that holds memory while it is loaded, and can be loaded anew. */
export interface Tenant {
  /** What it takes while it is loaded. */
  readonly bytes: number;
  /** Whether it is being used now: then it stays. */
  readonly isBusy: boolean;
  /** Gives its memory up; it is loaded anew when it is asked next. */
  park(): void;
}

/**
 * Keeps what is loaded within a number of bytes: when more comes in, what was used least recently is
 * parked. What is in use stays, so the bound is exceeded rather than a request refused, until it is not
 * used any more; what holds nothing stays too.
 */
export class MemoryBudget {
  /** Least recently used first, each with the bytes that are counted of it. */
  readonly #tenants = new Map<Tenant, number>();
  #bytes = 0;
  #parked = 0;

  constructor(readonly limitBytes: number) {}

  /** Of all that is loaded. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How often something was parked. */
  get parked(): number {
    return this.#parked;
  }

  /** It is loaded, or was used again; it may hold more than before. */
  use(tenant: Tenant): void {
    const counted = this.#tenants.get(tenant);
    const { bytes } = tenant;
    this.#tenants.delete(tenant);
    this.#tenants.set(tenant, bytes);
    this.#bytes += bytes - (counted ?? 0);
    if (bytes > (counted ?? 0)) this.#makeRoom(tenant);
  }

  /** Something is not being used any more: what was exceeded for it may be made up for. */
  settle(): void {
    if (this.#bytes <= this.limitBytes) return;
    const newest = [...this.#tenants.keys()].at(-1);
    if (newest !== undefined) this.#makeRoom(newest);
  }

  /** It is not loaded any more. */
  leave(tenant: Tenant): void {
    this.#bytes -= this.#tenants.get(tenant) ?? 0;
    this.#tenants.delete(tenant);
  }

  #makeRoom(newest: Tenant): void {
    for (const [tenant, bytes] of [...this.#tenants]) {
      if (this.#bytes <= this.limitBytes) return;
      if (tenant === newest || tenant.isBusy || bytes === 0) continue;
      this.leave(tenant);
      this.#parked += 1;
      tenant.park();
    }
  }
}
