import type { RegistryWriter } from '../../../models/registry/ports.js';
import { ledgerEntry } from '../../models/registry/sample-records.js';
import { MODEL, REFERENCE_WEEKS, weekStart } from '../../monitoring/measuring/monitored-world.js';

/** Makes a version champion, from where its reference ends. */
export async function promoted(registry: RegistryWriter, version: number): Promise<void> {
  const since = weekStart(REFERENCE_WEEKS);
  await registry.transition({
    model: MODEL,
    number: 1,
    version,
    sinceAsOf: since,
    ledger: { ...ledgerEntry(MODEL, 'promoted'), asOf: since, from: null, to: version },
  });
}
