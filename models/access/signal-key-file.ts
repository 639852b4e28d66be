import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { NAME_PATTERN } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import { type Principal, SIGNAL_ACTIONS } from './principal.js';

const fileSchema = z.strictObject({
  keys: z.array(
    z.strictObject({
      name: z.string().regex(NAME_PATTERN, 'must be a name such as evidently-prod'),
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case'),
      models: z.array(z.union([z.literal('*'), z.string().regex(NAME_PATTERN)])),
      actions: z.array(z.enum(SIGNAL_ACTIONS)),
    }),
  ),
});

type SignalKey = z.infer<typeof fileSchema>['keys'][number];

/** Keys that people wrote into `signal-keys.json`; `unreadable`: nobody gets in by one. */
export type SignalKeys = readonly SignalKey[] | 'unreadable';

/**
 * Reads the keys anew for each signal, so that one is given or taken away without a restart.
 *
 * @returns `null` where there is no such file
 */
export async function readSignalKeys(file: string, logger: Logger): Promise<SignalKeys | null> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).keys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    logger.error(
      { err: error, file },
      'the keys for signals cannot be read: nobody gets in by one',
    );
    return 'unreadable';
  }
}

/** The bearer of one of these keys; `null` when it is none of them. */
export function signalPrincipal(keys: readonly SignalKey[], bearer: string): Principal | null {
  const digest = createHash('sha256').update(bearer).digest();
  // All are compared, each in the same time: how long it takes tells nothing of a key.
  const fits = keys.filter(({ sha256 }) => timingSafeEqual(digest, Buffer.from(sha256, 'hex')));
  const [key] = fits;
  if (key === undefined) return null;
  return {
    kind: 'key',
    id: `signal key ${key.name}`,
    name: key.name,
    scopes: new Set(['signal']),
    models: key.models.includes('*') ? null : key.models,
    actions: key.actions,
    requestsPerSecond: null,
    expiresAtMs: null,
  };
}
