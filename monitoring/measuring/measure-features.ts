import type { FeatureHistogram, QualityBreach } from '../../contracts/index.js';
import { type ColumnDraft, decideDrift, measureColumn, RowHashes } from '../drift/index.js';
import { histogramOf } from './histograms.js';
import type { InputsSinceDeploy } from './inputs-since-deploy.js';
import { columnBreaches } from './measure-quality.js';
import { columnValues, findColumn } from './table-columns.js';
import type { WindowContext } from './window-part.js';

export interface FeatureResult extends InputsSinceDeploy {
  readonly breaches: readonly QualityBreach[];
  readonly histograms: readonly FeatureHistogram[];
  /** Rows that equal an earlier one in every input. */
  readonly repeatedRows: number;
}

/** Columns that are in memory at once. */
const BATCH_COLUMNS = 8;

/** Quality, drift and histogram of each column, which is read once for all of them. */
export async function measureFeatures(context: WindowContext): Promise<FeatureResult> {
  const { profile, reference, request, rows, pause } = context;
  const { spec } = request;
  const { minRows } = spec.window;
  const { columns, distance, shareOfColumns = 1 } = spec.drift.features ?? {};
  const { masked = [] } = spec;
  // The log has a hash or nothing of a masked input: that is no drift, and no missing value.
  const features = profile.content.features.filter(({ name }) => !masked.includes(name));
  const before = new Map(reference.features.map((feature) => [feature.name, feature]));
  const drafts: ColumnDraft[] = [];
  const breaches: QualityBreach[] = [];
  const histograms: FeatureHistogram[] = [];
  const hashes = new RowHashes(rows.rows);
  for (let start = 0; start < features.length; start += BATCH_COLUMNS) {
    const batch = features.slice(start, start + BATCH_COLUMNS);
    const table = await rows.read(batch.map(({ name }) => name));
    for (const feature of batch) {
      await pause();
      const column = findColumn(table, feature.name);
      const values = column === undefined ? undefined : columnValues(column, feature.kind);
      breaches.push(...columnBreaches(feature, column, values, spec.quality));
      histograms.push(histogramOf(feature, values));
      if (values !== undefined) hashes.add(values);
      // Of columns whose drift is not watched the quality is, all the same.
      if (columns?.includes(feature.name) === false) continue;
      drafts.push(measureColumn(before.get(feature.name) ?? feature, values, minRows));
    }
  }
  const rules = { minRows, shareOfColumns, ...(distance !== undefined && { distance }) };
  return {
    ...decideDrift(drafts, rows.rows, rules),
    breaches,
    histograms,
    repeatedRows: features.length === 0 ? 0 : hashes.repeated(),
  };
}
