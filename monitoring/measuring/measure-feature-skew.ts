import { type FeatureUse, isMillraceError } from '../../contracts/index.js';
import { measureSkew, SKEW_COLUMN } from '../../models/features/index.js';
import { LOG_COLUMN, lookedUpColumn } from '../../models/predictions/ports.js';
import type { Table } from '../../storage/tabular/table.js';
import type { Measured, WindowContext } from './window-part.js';
import type { WindowRows } from './window-rows.js';

/** Features that a measurement names, the worst first. */
const MOST_FEATURES = 10;

/** Looked-up features against what the offline source says of the same entity and event time. */
export async function measureFeatureSkew({
  request,
  version,
  rows,
  pause,
}: WindowContext): Promise<Measured> {
  const { featureSkew: spec } = request.spec;
  const { features: uses = [] } = version.content;
  if (spec === undefined || uses.length === 0) return {};
  await pause();
  const { maxShare: limit, tolerance } = spec;
  const nothing = { share: null, limit, verdict: 'insufficient', features: [] } as const;
  const served = await servedFeatures(rows, uses);
  // A history that no gateway served, or a log whose entities are masked.
  if (served === null) {
    const note = 'the log does not say which values were looked up, or of which entity';
    return { featureSkew: { ...nothing, note } };
  }
  try {
    const { baseDirectory } = version;
    const { signal } = request;
    const found = await measureSkew({
      served,
      uses,
      baseDirectory,
      tolerance,
      ...(signal && { signal }),
    });
    const share = found[0]?.share ?? null;
    if (share === null) return { featureSkew: nothing };
    const verdict = share > limit ? 'skew' : 'no-skew';
    return { featureSkew: { share, limit, verdict, features: found.slice(0, MOST_FEATURES) } };
  } catch (error) {
    // A source that cannot be read is no reason to measure nothing else of the window.
    if (!isMillraceError(error) || error.type !== 'InvalidInput') throw error;
    return { featureSkew: { ...nothing, note: error.message } };
  }
}

/**
 * The rows of a window as they are compared.
 *
 * @returns `null` where a column is not in the log
 */
export async function servedFeatures(
  rows: Pick<WindowRows, 'read'>,
  uses: readonly FeatureUse[],
): Promise<Table | null> {
  const names = new Map<string, string>([[LOG_COLUMN.eventTime, SKEW_COLUMN.eventTime]]);
  for (const { definition, columns } of uses) {
    for (const key of definition.entity) names.set(key, key);
    for (const feature of columns) {
      names.set(feature, SKEW_COLUMN.served(feature));
      names.set(lookedUpColumn(feature), SKEW_COLUMN.lookedUp(feature));
    }
  }
  const table = await rows.read([...names.keys()]);
  if (table.columns.length < names.size) return null;
  const columns = table.columns.map((column) => ({
    ...column,
    name: names.get(column.name) ?? column.name,
  }));
  return { ...table, columns };
}
