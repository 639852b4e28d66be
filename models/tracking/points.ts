import { BATCH, chunked, mlflowName } from './limits.js';
import type { MirrorPass } from './ports.js';
import { digestOf, type RemoteRun } from './remote-run.js';

/** One value of a metric, as MLflow keeps it. */
export interface Point {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  /** Ms since the epoch. */
  readonly timestamp: number;
}

/**
 * Writes points of metrics, each once, however often it is called and wherever it was cut off.
 *
 * MLflow may keep a part of a batch that it answers with an error, or all of one whose answer is lost.
 * So it is kept in the registry, before the first is sent, that these points are being written. An
 * attempt that finds them begun, or written with other values, asks MLflow which it has and sends the
 * rest. A value that differs from the one at the same step comes after it in time, by which MLflow
 * tells the newer.
 *
 * @param item - what these points are, in the mirror's book: `points/<run>/<step>`
 */
export async function writePoints(
  pass: MirrorPass,
  run: RemoteRun,
  item: string,
  points: readonly Point[],
): Promise<void> {
  const book = pass.registry.mirror;
  const { name: target } = pass.target;
  const wanted = unique(points);
  const digest = digestOf(wanted);
  const known = await book.item(target, item);
  if (known === null && wanted.length === 0) return;
  if (known?.state === 'written' && known.digest === digest) return;
  const isNew = known === null && !run.adopted;
  const missing = isNew ? wanted : await missingPoints(pass, run, wanted);
  await book.putItem(target, item, { state: 'writing', digest, remote: null });
  for (const metrics of chunked(missing, BATCH.items)) {
    await pass.client.send('logging metrics', 'runs/log-batch', { run_id: run.id, metrics });
  }
  await book.putItem(target, item, { state: 'written', digest, remote: null });
}

/** Under names that MLflow takes; the last of a (name, step) stays. */
function unique(points: readonly Point[]): readonly Point[] {
  const byPlace = new Map<string, Point>();
  for (const point of points) {
    const key = mlflowName(point.key);
    byPlace.set(JSON.stringify([key, point.step]), { ...point, key });
  }
  return [...byPlace.values()];
}

async function missingPoints(
  pass: MirrorPass,
  run: RemoteRun,
  wanted: readonly Point[],
): Promise<readonly Point[]> {
  const missing: Point[] = [];
  for (const key of new Set(wanted.map((point) => point.key))) {
    const present = await newestByStep(pass, run, key);
    for (const point of wanted.filter((other) => other.key === key)) {
      const there = present.get(point.step);
      if (there === undefined) missing.push(point);
      else if (there.value !== point.value) {
        missing.push({ ...point, timestamp: Math.max(point.timestamp, there.timestamp + 1) });
      }
    }
  }
  return missing;
}

interface HistoryAnswer {
  readonly metrics?: readonly {
    readonly value: number;
    readonly step?: number | string;
    readonly timestamp: number | string;
  }[];
  readonly next_page_token?: string;
}

/** What MLflow has of a metric: of several at one step, the newest. */
async function newestByStep(
  { client }: MirrorPass,
  run: RemoteRun,
  key: string,
): Promise<ReadonlyMap<number, { value: number; timestamp: number }>> {
  const newest = new Map<number, { value: number; timestamp: number }>();
  let page = '';
  do {
    const answer: HistoryAnswer = await client.get('reading metrics', 'metrics/get-history', {
      run_id: run.id,
      metric_key: key,
      max_results: '25000',
      ...(page !== '' && { page_token: page }),
    });
    for (const { value, step = 0, timestamp } of answer.metrics ?? []) {
      const at = Number(timestamp);
      const before = newest.get(Number(step));
      if (before === undefined || before.timestamp <= at) {
        newest.set(Number(step), { value, timestamp: at });
      }
    }
    page = answer.next_page_token ?? '';
  } while (page !== '');
  return newest;
}
