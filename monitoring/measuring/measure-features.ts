import type { QualityBreach } from '../../contracts/index.js';
import {
  type ColumnDraft,
  checkColumnQuality,
  decideDrift,
  measureColumn,
} from '../drift/index.js';
import type { InputsSinceDeploy } from './inputs-since-deploy.js';
import { columnValues, findColumn } from './table-columns.js';
import type { WindowContext } from './window-part.js';

export interface FeatureResult extends InputsSinceDeploy {
  readonly breaches: readonly QualityBreach[];
}

/** Quality before drift, each column read once and by itself. */
export async function measureFeatures({
  profile,
  request,
  rows,
  pause,
}: WindowContext): Promise<FeatureResult> {
  const { spec } = request;
  const { minRows } = spec.window;
  const { columns, distance, shareOfColumns = 1 } = spec.drift.features ?? {};
  const drafts: ColumnDraft[] = [];
  const breaches: QualityBreach[] = [];
  for (const feature of profile.content.features) {
    await pause();
    const column = findColumn(await rows.read([feature.name]), feature.name);
    const values = column === undefined ? undefined : columnValues(column, feature.kind);
    const breach = checkColumnQuality(feature, values);
    if (breach !== null) breaches.push(breach);
    // Of columns whose drift is not watched the quality is, all the same.
    if (columns?.includes(feature.name) === false) continue;
    drafts.push(measureColumn(feature, values, minRows));
  }
  const rules = { minRows, shareOfColumns, ...(distance !== undefined && { distance }) };
  return { ...decideDrift(drafts, rows.rows, rules), breaches };
}
