import type { Client } from '@temporalio/client';
import { fireTimesBetween, isRepeatedTime } from '../calendar/index.js';
import { MillraceError, type OverlapPolicy } from '../contracts/index.js';
import { currentSpec } from './schedule-differences.js';
import { toTemporalOverlap } from './schedule-overlap.js';
import { notFound } from './schedules.js';

/** So many starts one schedule of the server keeps waiting; it drops what comes on top. */
export const MOST_BACKFILLED = 1_000;

export interface Backfill {
  readonly fromMs: number;
  readonly toMs: number;
  readonly overlap: OverlapPolicy;
  /** Only says what it would start. */
  readonly dryRun: boolean;
}

/**
 * Has a schedule run for its times from one moment to another, both inclusive, that lie behind.
 *
 * @returns the times for which runs are started, RFC 3339; of a local time that comes twice the first
 * @throws MillraceError `NotFound`; `InvalidInput` when it is more than {@link MOST_BACKFILLED}, or
 * other tools changed the schedule so that its times are not known here
 */
export async function backfillSchedule(
  client: Client,
  id: string,
  { fromMs, toMs, overlap, dryRun }: Backfill,
): Promise<readonly string[]> {
  const handle = client.schedule.getHandle(id);
  const spec = currentSpec(await handle.describe().catch(notFound(id)));
  if (spec === null) {
    throw new MillraceError(
      'InvalidInput',
      `${id} was changed by other tools: which times it has is not known here`,
      'apply the pipeline file again: millrace schedule apply FILE',
    );
  }
  const times = fireTimesBetween(spec, fromMs, toMs, 2 * MOST_BACKFILLED).filter(
    (time) => !isRepeatedTime(spec, time),
  );
  if (times.length > MOST_BACKFILLED) {
    throw new MillraceError(
      'InvalidInput',
      `that span holds more than ${MOST_BACKFILLED} times of the schedule`,
      'backfill it in parts, one after the other has run',
    );
  }
  if (!dryRun && times.length > 0) {
    const span = { start: new Date(fromMs), end: new Date(toMs) };
    await handle.backfill({ ...span, overlap: toTemporalOverlap(overlap) }).catch(notFound(id));
  }
  return times.map((time) => new Date(time).toISOString().replace('.000Z', 'Z'));
}
