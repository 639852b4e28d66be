import { parseDurationMs } from '../../contracts/index.js';
import type { Finding } from '../issue.js';
import { type CompileContext, entriesOf, isRawObject } from './context.js';

/** One attempt of a step may not take longer than all of them may by `defaults`. */
export function checkTimes({ source, report }: CompileContext): void {
  const { defaults } = source;
  const common = isRawObject(defaults) ? defaults['timeout'] : undefined;
  const total = isRawObject(common) ? common['total'] : undefined;
  const totalMs = durationOf(total);
  if (totalMs === null) return;
  for (const [id, step] of entriesOf(source['steps'])) {
    const timeout = isRawObject(step) ? step['timeout'] : undefined;
    if (isRawObject(timeout) && timeout['total'] !== undefined) continue;
    const attempt = isRawObject(timeout) ? timeout['attempt'] : timeout;
    const attemptMs = durationOf(attempt);
    if (attemptMs === null || attemptMs <= totalMs) continue;
    report({
      path: ['steps', id, 'timeout', ...(isRawObject(timeout) ? ['attempt'] : [])],
      at: 'value',
      code: 'bad-value',
      message: `the time for one attempt, ${String(attempt)}, is longer than that for all, ${String(total)} in defaults`,
      hint: `give the step its own: timeout: {attempt: ${String(attempt)}, total: …}`,
    } satisfies Finding);
  }
}

function durationOf(value: unknown): number | null {
  return typeof value === 'string' ? parseDurationMs(value) : null;
}
