import type { OutlierMeasurement } from '../../contracts/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import { detectOutliers } from '../datasets/detect-outliers.js';
import type { ColumnProfile, FrameData } from '../drift/index.js';
import { ReferenceRows } from './reference/reference-rows.js';
import type { Measured, WindowContext } from './window-part.js';

/** Distance from the mean by the covariance: it takes every kind of column, and runs here. */
const METHOD = 'mahalanobis';

/** Rows of either side that are judged; a share of so many is known to half a point. */
const JUDGED_ROWS = 10_000;

/** Share of the window's rows that do not look like the reference's. */
export async function measureOutliers({
  reference,
  request,
  rows,
}: WindowContext): Promise<Measured> {
  const { outliers: watched, window } = request.spec;
  if (watched === undefined) return {};
  const limit = watched.maxShare;
  const before = await reference.rows();
  const current = new ReferenceRows([rows], LOG_COLUMN.eventTime).atMost(JUDGED_ROWS);
  const insufficient: OutlierMeasurement = {
    method: METHOD,
    rows: current.rows,
    share: 0,
    limit,
    verdict: 'insufficient',
  };
  if (rows.rows < window.minRows || before.rows < window.minRows) {
    return { outliers: insufficient };
  }
  const report = await detectOutliers(
    METHOD,
    filled(await before.atMost(JUDGED_ROWS).frame(reference.features), reference.features),
    filled(await current.frame(reference.features), reference.features),
  );
  const { rate } = report.current;
  if (rate === null) return { outliers: insufficient };
  return {
    outliers: {
      method: METHOD,
      rows: report.current.rows,
      share: rate,
      limit,
      verdict: rate > limit ? 'high' : 'normal',
    },
  };
}

/**
 * Missing values as the reference's most ordinary one. How many there are is the quality's affair: a
 * column that never lacked one would make an outlier of every row that does.
 */
function filled({ columns }: FrameData, features: readonly ColumnProfile[]): FrameData {
  const profiles = new Map(features.map((feature) => [feature.name, feature]));
  return {
    kind: 'frame',
    columns: columns.map(({ name, column }) => {
      const profile = profiles.get(name);
      if (column.kind === 'numeric') {
        const mean = (profile?.kind === 'numeric' ? profile.mean : null) ?? 0;
        const values = column.values.map((value) => (Number.isNaN(value) ? mean : value));
        return { name, column: { kind: 'numeric', values } };
      }
      const usual = (profile?.kind === 'categorical' && profile.categories[0]?.value) || '';
      return {
        name,
        column: { kind: 'categorical', values: column.values.map((value) => value ?? usual) },
      };
    }),
  };
}
