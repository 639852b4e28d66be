import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { MillraceError, NAME_PATTERN } from '../../../contracts/index.js';
import type { Logger } from '../../../logging/logger.js';
import { parseBody } from '../parse-body.js';
import { SIGNAL_ACTIONS, type SignalAction } from './external-signal.js';

const keysSchema = z.strictObject({
  keys: z.array(
    z.strictObject({
      name: z.string().regex(NAME_PATTERN, 'must be a name such as evidently-prod'),
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case'),
      models: z.array(z.union([z.literal('*'), z.string().regex(NAME_PATTERN)])),
      actions: z.array(z.enum(SIGNAL_ACTIONS)),
    }),
  ),
});

/** A key that signals come with: what it may be used for. The key itself is kept nowhere. */
export type SignalKey = z.infer<typeof keysSchema>['keys'][number];

/**
 * Reads the keys anew for each signal, so that one is given or taken away without a restart.
 *
 * @returns `null` where there is no such file: no key is asked for
 * @throws MillraceError `ServiceUnavailable` for a file that cannot be read: then nobody is let in
 */
export async function readSignalKeys(
  file: string,
  logger: Logger,
): Promise<readonly SignalKey[] | null> {
  try {
    const text = await readFile(file, 'utf8');
    return parseBody(keysSchema, JSON.parse(text), 'see the page on serving').keys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    logger.error(
      { err: error, file },
      'the keys for signals cannot be read: every signal is refused',
    );
    throw new MillraceError(
      'ServiceUnavailable',
      "the gateway's keys for signals cannot be read",
      "the gateway's log says why; send the same event again once it is mended",
    );
  }
}

/** The key that a request carries as `Authorization: Bearer …`; `null` when it is none of these. */
export function findSignalKey(
  keys: readonly SignalKey[],
  authorization: string | undefined,
): SignalKey | null {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (given === undefined) return null;
  const digest = createHash('sha256').update(given).digest();
  // All are compared, each in the same time: how long it takes tells nothing of a key.
  const fits = keys.filter(({ sha256 }) => timingSafeEqual(digest, Buffer.from(sha256, 'hex')));
  return fits[0] ?? null;
}

export function mayTouch({ models }: SignalKey, model: string): boolean {
  return models.includes('*') || models.includes(model);
}

export function mayAsk({ actions }: SignalKey, action: SignalAction): boolean {
  return actions.includes(action);
}
