import type { Logger } from '../../logging/logger.js';

/** What is closed, by the name that a log calls it. */
export type Closing = readonly [name: string, close: () => Promise<unknown> | unknown];

/**
 * Closes one after the other. One that fails keeps none of the others open: it is logged, and the first
 * failure is thrown when all are closed.
 */
export async function closeInTurn(
  logger: Pick<Logger, 'error'>,
  parts: readonly Closing[],
): Promise<void> {
  const failures: unknown[] = [];
  for (const [name, close] of parts) {
    try {
      await close();
    } catch (error) {
      logger.error({ err: error, part: name }, 'could not be closed in order');
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
