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
 * parked. What is in use stays, so the bound is exceeded rather than a request refused.
 */
export class MemoryBudget {
  /** Least recently used first. */
  readonly #tenants = new Set<Tenant>();
  #bytes = 0;

  constructor(readonly limitBytes: number) {}

  /** Of all that is loaded. */
  get bytes(): number {
    return this.#bytes;
  }

  /** It is loaded, or was used again. */
  use(tenant: Tenant): void {
    if (this.#tenants.delete(tenant)) {
      this.#tenants.add(tenant);
      return;
    }
    this.#tenants.add(tenant);
    this.#bytes += tenant.bytes;
    this.#makeRoom(tenant);
  }

  /** It is not loaded any more. */
  leave(tenant: Tenant): void {
    if (this.#tenants.delete(tenant)) this.#bytes -= tenant.bytes;
  }

  #makeRoom(newest: Tenant): void {
    for (const tenant of [...this.#tenants]) {
      if (this.#bytes <= this.limitBytes) return;
      if (tenant === newest || tenant.isBusy) continue;
      this.leave(tenant);
      tenant.park();
    }
  }
}
