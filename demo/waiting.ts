import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../contracts/index.js';

const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 120_000;

/**
 * Looks until there is something to see.
 *
 * @param what - named in the error
 * @throws MillraceError `ServiceUnavailable` after two minutes
 */
export async function eventually<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (Date.now() > deadlineMs) {
      throw new MillraceError('ServiceUnavailable', `waited ${PATIENCE_MS / 1_000} s for ${what}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
