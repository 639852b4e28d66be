import { resolve } from 'node:path';
import {
  formatEventTime,
  type JsonObject,
  MillraceError,
  type PipelinePlan,
  parseEventTimeMs,
} from '../../contracts/index.js';
import type { History } from '../history/history.js';

/**
 * The `ingest` steps that read the history in a replay: those whose source is that very file, else
 * the only one there is.
 *
 * @throws MillraceError `InvalidInput` where it cannot be told which step would read it: what a
 * replay does not restrict could tell the future
 */
export function historySteps(
  plan: PipelinePlan,
  history: Pick<History, 'path' | 'source'>,
  baseDirectory: string,
): readonly string[] {
  const steps = plan.steps.filter(({ kind }) => kind === 'ingest');
  const same = steps.filter(({ with: { source } }) => {
    return typeof source === 'string' && resolve(baseDirectory, source) === history.path;
  });
  if (same.length > 0) return same.map(({ id }) => id);
  const [only] = steps;
  if (only === undefined) {
    throw new MillraceError(
      'InvalidInput',
      `${plan.name} has no ingest step that could read ${history.source}`,
      'a backtest gives the history to an ingest step, with what is not known yet left out',
    );
  }
  if (steps.length === 1) return [only.id];
  throw new MillraceError(
    'InvalidInput',
    `${plan.name} has several ingest steps, and none reads ${history.source}`,
    'name the history as the step that reads it does in its `source`',
  );
}

/**
 * Inputs of an `ingest` step over the history, cut off where the future begins, without what is told
 * of predictions alone.
 *
 * @param knownMs - the first event time whose row (with its label) is not known yet
 */
export function restrictedInputs(
  inputs: JsonObject,
  history: Pick<History, 'path' | 'timeColumn' | 'table' | 'business'>,
  knownMs: number,
): JsonObject {
  const { to, time, format: _, ...others } = inputs;
  const asked = typeof to === 'string' ? parseEventTimeMs(to) : null;
  // A text that is no time is refused by the step itself.
  const isReadable = to === undefined || to === null || asked !== null;
  const end = Math.min(asked ?? Number.POSITIVE_INFINITY, knownMs);
  const told = new Set(history.business.map(({ name }) => name));
  const columns = history.table.columns.flatMap(({ name }) => (told.has(name) ? [] : name));
  return {
    ...(told.size > 0 && { columns }),
    ...others,
    source: history.path,
    time: time ?? history.timeColumn,
    to: isReadable ? formatEventTime(end) : (to ?? null),
  };
}
