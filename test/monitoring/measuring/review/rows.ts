import type { LoggedRow } from '../../../../models/predictions/ports.js';

/** A logged prediction of which only what matters is given. */
export function row(id: string, over: Partial<LoggedRow> = {}): LoggedRow {
  return {
    id,
    version: 1,
    eventTime: '2011-01-01T00:00:00Z',
    inputs: {},
    prediction: 'a',
    label: null,
    probabilities: null,
    ...over,
  };
}

/** Numbers in [0, 1) that are the same each time. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
