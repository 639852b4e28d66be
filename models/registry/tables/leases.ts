import type { Selectable } from 'kysely';
import type { GatewayLease } from '../../../contracts/index.js';
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from '../json-text.js';
import type { LeaseTable } from '../schema.js';
import type { RegistryDb } from '../store.js';

export async function listLeases(db: RegistryDb): Promise<readonly GatewayLease[]> {
  const rows = await db.selectFrom('leases').selectAll().orderBy('id').execute();
  return rows.map(toLease);
}

export function putLease(db: RegistryDb, lease: GatewayLease) {
  return db
    .insertInto('leases')
    .values({
      id: lease.id,
      address: lease.address,
      served_versions: toJson(lease.servedVersions),
      fallbacks: toJsonOrNull(lease.fallbacks ?? null),
      routes: toJsonOrNull(lease.routes ?? null),
      cut_off: toJsonOrNull(lease.cutOff ?? null),
      failures: toJsonOrNull(lease.failures ?? null),
      generation: lease.generation,
      at: lease.at,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        address: eb.ref('excluded.address'),
        served_versions: eb.ref('excluded.served_versions'),
        fallbacks: eb.ref('excluded.fallbacks'),
        routes: eb.ref('excluded.routes'),
        cut_off: eb.ref('excluded.cut_off'),
        failures: eb.ref('excluded.failures'),
        generation: eb.ref('excluded.generation'),
        at: eb.ref('excluded.at'),
      })),
    );
}

export function deleteLease(db: RegistryDb, id: string) {
  return db.deleteFrom('leases').where('id', '=', id);
}

/** Leases of gateways that were killed and will not come back. */
export function deleteLeasesBefore(db: RegistryDb, at: string) {
  return db.deleteFrom('leases').where('at', '<', at);
}

function toLease(row: Selectable<LeaseTable>): GatewayLease {
  const fallbacks = fromJsonOrNull(row.fallbacks);
  const routes = fromJsonOrNull(row.routes);
  const cutOff = fromJsonOrNull(row.cut_off);
  const failures = fromJsonOrNull(row.failures);
  return {
    id: row.id,
    address: row.address,
    servedVersions: fromJson(row.served_versions),
    ...(fallbacks !== null && { fallbacks }),
    ...(routes !== null && { routes }),
    ...(cutOff !== null && { cutOff }),
    ...(failures !== null && { failures }),
    generation: row.generation,
    at: row.at,
  };
}
