import { type OverlapPolicy, scheduleId } from '../../contracts/index.js';
import { type Backfill, backfillSchedule } from '../../temporal/schedule-backfill.js';
import type { Cli } from '../command.js';
import { UsageError } from '../errors.js';
import { formatTime } from '../render/values.js';
import { openCliHome } from '../rooms.js';
import { withRunningTemporal, withTemporal } from '../temporal.js';

export interface BackfillOptions {
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly overlap: OverlapPolicy;
  readonly dryRun?: boolean;
}

/** Runs a schedule for times that lie behind, and says for how many. */
export async function backfill(cli: Cli, name: string, options: BackfillOptions): Promise<void> {
  const { overlap, dryRun = false } = options;
  const request: Backfill = { ...spanOf(options), overlap, dryRun };
  const id = scheduleId(name);
  const times = dryRun
    ? await withRunningTemporal(cli, ({ client }) => backfillSchedule(client, id, request))
    : await withTemporal(cli, await openCliHome(cli), ({ client }) =>
        backfillSchedule(client, id, request),
      );
  const { from, to } = options;
  cli.out.result({ name, from, to, overlap, dryRun, runs: times.length, times }, () => {
    if (times.length === 0) {
      return `${name}: the schedule has no time from ${formatTime(from)} to ${formatTime(to)} (UTC)`;
    }
    const runs = times.length === 1 ? '1 run' : `${times.length} runs`;
    const does = dryRun ? `would start ${runs}` : `starts ${runs}`;
    const shown = dryRun ? times.map((time) => `  ${formatTime(time)}`) : [];
    return [`${name}: ${does} (overlap ${overlap}${OVERLAP_WORDS[overlap] ?? ''})`, ...shown].join(
      '\n',
    );
  });
}

const OVERLAP_WORDS: Partial<Readonly<Record<OverlapPolicy, string>>> = {
  skip: ': those that come while one runs are left out',
  bufferOne: ': at most one waits for the one that runs',
  bufferAll: ': one after the other',
  allowAll: ': all at once',
};

function spanOf({ from, to }: BackfillOptions): Pick<Backfill, 'fromMs' | 'toMs'> {
  const fromMs = Date.parse(from);
  const toMs = Date.parse(to);
  if (fromMs > toMs) throw new UsageError('--from is after --to', 'exchange them');
  if (toMs > Date.now()) {
    throw new UsageError('--to lies ahead: a backfill is of times that are past');
  }
  return { fromMs, toMs };
}
