import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { NAME_PATTERN } from '../../contracts/index.js';
import type { Principal } from './principal.js';
import { SCOPES } from './scopes.js';

/** What is kept of a key: everything but the key itself. */
export const keyRecordSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/, 'must be 12 hexadecimal digits'),
  name: z.string().regex(NAME_PATTERN, 'must be a name such as shop-frontend'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case'),
  scopes: z.array(z.enum(SCOPES)).min(1),
  /** `null`: all models. */
  models: z.array(z.string().regex(NAME_PATTERN)).min(1).nullable(),
  /** `null`: the gateway's rate. */
  requestsPerSecond: z.number().positive().nullable(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  revokedBy: z.string().nullable(),
});

export type KeyRecord = Readonly<z.infer<typeof keyRecordSchema>>;

export interface NewKey {
  /** To be shown once: it is kept nowhere. */
  readonly key: string;
  readonly id: string;
  readonly sha256: string;
}

/** A key of 256 random bits. One SHA-256 hides it well: only what people choose can be guessed. */
export function newKey(): NewKey {
  const id = randomBytes(6).toString('hex');
  const key = `mlr_${id}_${randomBytes(32).toString('base64url')}`;
  return { key, id, sha256: digestOf(key).toString('hex') };
}

/** The id that a key carries, by which its record is found; `null` for what is no key of millrace. */
export function keyId(key: string): string | null {
  return /^mlr_([0-9a-f]{12})_[\w-]{43}$/.exec(key)?.[1] ?? null;
}

/** Whether it is this key; takes the same time however much of it fits. */
export function isKey({ sha256 }: Pick<KeyRecord, 'sha256'>, key: string): boolean {
  return timingSafeEqual(digestOf(key), Buffer.from(sha256, 'hex'));
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

export type KeyState = 'active' | 'expired' | 'revoked';

export function keyState(
  { revokedAt, expiresAt }: Pick<KeyRecord, 'revokedAt' | 'expiresAt'>,
  nowMs: number,
): KeyState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs ? 'expired' : 'active';
}

export function keyPrincipal(record: KeyRecord): Principal {
  return {
    kind: 'key',
    id: `key ${record.id}`,
    name: record.name,
    scopes: new Set(record.scopes),
    models: record.models,
    actions: null,
    requestsPerSecond: record.requestsPerSecond,
    expiresAtMs: record.expiresAt === null ? null : Date.parse(record.expiresAt),
  };
}
