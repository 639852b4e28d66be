import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { accessLayout } from '../../../../models/access/access-layout.js';
import type { AuditRecord } from '../../../../models/access/audit-log.js';
import {
  KeyAdministration,
  type KeyEntry,
  type KeyRequest,
} from '../../../../models/access/key-administration.js';
import { type Answered, get, type World } from '../serving-fixture.js';

export const SILENT = pino({ level: 'silent' });

export function keysOf(world: Pick<World, 'home'>): KeyAdministration {
  return new KeyAdministration(world.home.root, 'user:test', SILENT);
}

/** Makes a key that may predict, or what is asked for. */
export function makeKey(
  world: Pick<World, 'home'>,
  request: Partial<KeyRequest> = {},
): Promise<{ readonly key: string; readonly entry: KeyEntry }> {
  return keysOf(world).create({
    name: 'shop',
    scopes: ['predict'],
    models: null,
    requestsPerSecond: null,
    expiresAt: null,
    ...request,
  });
}

/** One request, as its client sends it. */
export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly bearer?: string | undefined;
  readonly body?: unknown;
}

export function call(address: string, { method, path, bearer, body }: Call): Promise<Answered> {
  return get(`${address}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

export const PREDICT = {
  path: '/models/bike-demand/invocations',
  body: { dataframe_records: [{ a: 1, b: 2 }] },
};

/** Everything that the audit logs of a state directory hold, as text and as records. */
export async function auditOf(world: Pick<World, 'home'>) {
  const { auditDir } = accessLayout(world.home.root);
  const names = await readdir(auditDir).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(auditDir, name), 'utf8')));
  const text = texts.join('');
  const lines = text.split('\n').filter((line) => line !== '');
  return { text, records: lines.map((line) => JSON.parse(line) as AuditRecord) };
}
