import {
  type ChampionComparison,
  type ModelManifest,
  type PairedLosses,
  parseEventTimeMs,
  type RetrainRange,
} from '../../contracts/index.js';
import { eventTimes, findColumn, selectRows } from '../../monitoring/measuring/table-columns.js';
import { DEFAULT_CONFIDENCE, promotionVerdict } from '../../monitoring/policy/index.js';
import { columnStatistics, readTable, type Table } from '../../storage/tabular/index.js';
import type { StepWorkContext } from '../step-work.js';
import { pairedLosses, rowMetricFor } from './paired-losses.js';

export interface ChampionPair {
  readonly challenger: ModelManifest;
  readonly champion: ModelManifest;
  /** The champion's version. */
  readonly version: number;
}

/**
 * A challenger against the champion: on the hold-out of this run, and on the champion's own hold-out
 * as far as it lies before that, where `monitor.respond.promote` wants an older one.
 */
export async function compareWithChampion(
  context: StepWorkContext,
  pair: ChampionPair,
  holdout: Table,
  primaryMetric: string,
): Promise<ChampionComparison> {
  const { task } = pair.challenger;
  const { monitor } = context.plan;
  const promote = monitor?.respond.promote ?? {};
  const confidence = promote.confidence ?? DEFAULT_CONFIDENCE;
  const loss = rowMetricFor(monitor?.performance?.metric ?? primaryMetric, task);
  const compare = (table: Table) => pairedLosses(context, pair, table, { loss, confidence });
  const recent = await compare(holdout);
  const older = await olderRows(context, pair, recent);
  const olderLosses = older.rows === null ? null : await compare(older.rows);
  return {
    champion: pair.version,
    loss,
    confidence,
    margin: promote.margin ?? null,
    recent,
    older: olderLosses,
    olderNote:
      older.rows !== null && olderLosses === null
        ? 'the older hold-out has too few rows for an interval'
        : older.note,
    ...promotionVerdict(recent, olderLosses, promote),
  };
}

interface OlderRows {
  readonly rows: Table | null;
  readonly note: string | null;
}

const without = (note: string): OlderRows => ({ rows: null, note });

/** The champion has not learned from its own hold-out; the challenger may have, which is said. */
async function olderRows(
  context: StepWorkContext,
  { challenger, champion }: ChampionPair,
  recent: PairedLosses | null,
): Promise<OlderRows> {
  const olderMs = context.plan.monitor?.respond.promote?.olderMs;
  if (olderMs === undefined) return without('none is asked for (monitor.respond.promote.older)');
  const endMs = recent?.from == null ? null : parseEventTimeMs(recent.from);
  if (endMs === null) return without('without event times there is no older hold-out');
  const { evaluation, timeColumn } = champion;
  if (evaluation === null || timeColumn === null) return without('the champion has no hold-out');
  const { deps, signal } = context;
  const table = await readTable(await deps.artifacts.localPath(evaluation.holdout), {
    format: 'parquet',
    signal,
  });
  const time = findColumn(table, timeColumn);
  if (time === undefined) return without("the champion's hold-out has no event times");
  const cutMs = regimeStartMs(context.task.run.retrain?.data);
  const fromMs = Math.max(endMs - olderMs, cutMs);
  const times = eventTimes(time);
  const places = Array.from(times.keys()).filter((row) => {
    const at = times[row] ?? Number.NaN;
    return at >= fromMs && at < endMs;
  });
  if (places.length === 0) {
    return without(
      "the champion's hold-out has no rows between the change and the recent hold-out",
    );
  }
  const { trainingData } = challenger;
  if (trainingData === null) return without('nobody knows which rows the challenger learned from');
  const { min, max } = await columnStatistics(
    await deps.artifacts.localPath(trainingData),
    timeColumn,
    { signal },
  );
  const [firstMs, lastMs] = [times[places[0] ?? 0], times[places.at(-1) ?? 0]];
  const isSeen = min !== null && max !== null && Number(lastMs) >= min && Number(firstMs) <= max;
  return {
    rows: selectRows(table, places),
    note: isSeen
      ? 'the challenger learned from these rows: only a loss on them says anything'
      : null,
  };
}

/** What was before a change that a new version is to leave behind is no test of it. */
function regimeStartMs(data: RetrainRange | undefined): number {
  const leavesBehind = data?.kind === 'afterCut' || data?.kind === 'perRegime';
  const since = leavesBehind ? data.changedFrom : null;
  return (since === null ? null : parseEventTimeMs(since)) ?? Number.NEGATIVE_INFINITY;
}
