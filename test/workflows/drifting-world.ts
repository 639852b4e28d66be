import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProcess, TestStack } from '../support/test-stack.js';
import { post } from './watched-model.js';

const STEP_MS = 600_000;
const ROWS_A_DAY = 144;
/** A Monday: windows of a day begin at its midnight. */
const FIRST_MS = Date.UTC(2011, 0, 3);
/** Days that a pipeline learns from and holds out. */
export const KNOWN_DAYS = 14;

/** One row of the world: what is sent, and what turns out to be true. */
export interface WorldRow {
  readonly at: string;
  readonly temperature: number;
  readonly humidity: number;
  readonly rentals: number;
  readonly busy: 'yes' | 'no';
}

/** A change of the world from some day on; the control has none. */
export type Change =
  | 'none'
  /** Warmer days, the same rentals for the same weather: P(X) alone. */
  | 'data'
  /** Each input as ever, both rising together: predictions move and no input does. */
  | 'prediction'
  /** Busy days are three times as frequent, and look as busy days ever did: P(Y). */
  | 'label'
  /** The same weather, 200 rentals more: P(Y | X). */
  | 'concept';

/** A generator with its own stream for each row, so that a day is the same in any order. */
function uniform(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function rowAt(index: number, change: Change): WorldRow {
  const draw = uniform(index + 1);
  const busy = draw() < (change === 'label' ? 0.6 : 0.2);
  const [first, second] = [draw(), draw()];
  const warmth = busy ? 12 : 0;
  const temperature = 10 + warmth + 10 * first + (change === 'data' ? 8 : 0);
  const humidity = 40 + 30 * (change === 'prediction' ? first : second);
  const noise = 8 * (draw() - 0.5);
  const rentals = 100 + 3 * temperature + 2 * humidity + noise + (change === 'concept' ? 200 : 0);
  return {
    at: new Date(FIRST_MS + index * STEP_MS).toISOString(),
    temperature,
    humidity,
    rentals,
    busy: busy ? 'yes' : 'no',
  };
}

export function dayStart(day: number): string {
  return new Date(FIRST_MS + day * 86_400_000).toISOString().replace('.000Z', 'Z');
}

/** Rows of whole days. */
export function rowsOf(fromDay: number, days: number, change: Change): readonly WorldRow[] {
  return Array.from({ length: days * ROWS_A_DAY }, (_, i) =>
    rowAt(fromDay * ROWS_A_DAY + i, change),
  );
}

/** What a warehouse has in the end: the known days, and the changed ones after them. */
export function writeHistory(stack: TestStack, change: Change, changedDays: number): string {
  const name = `${change}.csv`;
  const rows = [...rowsOf(0, KNOWN_DAYS, 'none'), ...rowsOf(KNOWN_DAYS, changedDays, change)];
  const lines = rows.map((row) =>
    [row.at, row.temperature, row.humidity, row.rentals, row.busy].join(','),
  );
  writeFileSync(
    join(stack.directory, name),
    ['at,temperature,humidity,rentals,busy', ...lines, ''].join('\n'),
  );
  return name;
}

/** Serves rows through the gateway in order of time, and tells it what came true. */
export async function live(
  gateway: TestProcess,
  model: string,
  rows: readonly WorldRow[],
  label: 'rentals' | 'busy',
): Promise<void> {
  const { address } = gateway.ready;
  for (let start = 0; start < rows.length; start += 2_000) {
    const part = rows.slice(start, start + 2_000);
    const { prediction_ids: ids } = await post(`${address}/models/${model}/invocations`, {
      dataframe_records: part.map(({ at, temperature, humidity }) => ({
        at,
        temperature,
        humidity,
      })),
    });
    await post(`${address}/labels`, {
      model,
      labels: part.map((row, i) => ({ id: ids[i], label: row[label] })),
    });
  }
}
