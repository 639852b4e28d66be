import type { Trial } from '../../../contracts/index.js';

type Given = number | null | 'pruned' | 'cancelled';

/** Trials that ended with these scores, `null` for one that failed. */
export function trials(...ends: readonly Given[]): readonly Trial[] {
  return ends.map((end, number) => ({
    number,
    params: { x: number },
    status: typeof end === 'number' ? 'completed' : (end ?? 'failed'),
    score: typeof end === 'number' ? end : null,
    runId: `run-${number}`,
    detail: null,
    startedAt: '2026-01-31T12:00:00.000Z',
    durationMs: 1_000,
  }));
}
