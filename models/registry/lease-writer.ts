import type { GatewayLease } from '../../contracts/index.js';
import type { LeaseWriter } from './ports.js';
import type { RegistryStore } from './store.js';
import { deleteLease, putLease } from './tables/leases.js';

export class SqlLeaseWriter implements LeaseWriter {
  readonly #store: RegistryStore;

  constructor(store: RegistryStore) {
    this.#store = store;
  }

  async writeLease(lease: GatewayLease): Promise<void> {
    await putLease(this.#store.db, lease).execute();
  }

  async removeLease(id: string): Promise<void> {
    await deleteLease(this.#store.db, id).execute();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
