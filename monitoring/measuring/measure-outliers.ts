import type { OutlierMeasurement, OutlierRange } from '../../contracts/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import { detectOutliers } from '../datasets/detect-outliers.js';
import type { ColumnProfile, FrameData } from '../drift/index.js';
import { normalRange } from './multivariate/calibrate.js';
import { sampleReference } from './multivariate/sampled-reference.js';
import { ReferenceRows } from './reference/reference-rows.js';
import type { Measured, WindowContext } from './window-part.js';

/** Distance from the mean by the covariance: it takes every kind of column, and runs here. */
const METHOD = 'mahalanobis';

/** Rows of either side that are judged; a share of so many is known to half a point. */
const JUDGED_ROWS = 10_000;

/** Rows of each window of the reference that are judged. */
const ROWS_OF_A_WINDOW = 1_000;

/**
 * Share of the window's rows that do not look like the reference's. At the ends of a season many rows
 * lie far from the middle of the year, year after year: so a share is high only past what the
 * reference's own windows have, too.
 */
export async function measureOutliers(context: WindowContext): Promise<Measured> {
  const { reference, request, rows } = context;
  const { outliers: watched, window } = request.spec;
  if (watched === undefined) return {};
  const before = await reference.rows();
  const current = new ReferenceRows([rows], LOG_COLUMN.eventTime).atMost(JUDGED_ROWS);
  const insufficient: OutlierMeasurement = {
    method: METHOD,
    rows: current.rows,
    share: 0,
    limit: watched.maxShare,
    verdict: 'insufficient',
  };
  if (rows.rows < window.minRows || before.rows < window.minRows) {
    return { outliers: insufficient };
  }
  const { features } = reference;
  const { rate, rows: judged } = await outliersOf(
    await before.atMost(JUDGED_ROWS).frame(features),
    await current.frame(features),
    features,
  );
  if (rate === null) return { outliers: insufficient };
  const usual = await usualShare(context, before);
  const limit = Math.max(watched.maxShare, usual.share ?? 0);
  return {
    outliers: {
      method: METHOD,
      rows: judged,
      share: rate,
      limit,
      usual,
      verdict: rate > limit ? 'high' : 'normal',
    },
  };
}

/** The range that an earlier window found is that of this one, as long as the reference is the same. */
async function usualShare(
  { deps, reference, request, version, pause }: WindowContext,
  before: ReferenceRows,
): Promise<OutlierRange> {
  const { model, spec, window } = request;
  const earlier = await deps.registry.measurementBefore(model, version.version, window.start);
  const known = earlier?.outliers?.usual;
  if (known?.of === reference.id) return known;
  const { features } = reference;
  const { windows } = await sampleReference(before, features, spec.window, ROWS_OF_A_WINDOW);
  const shares: number[] = [];
  for (const { window: one, rest } of windows) {
    await pause();
    const { rate } = await outliersOf(rest, one, features);
    if (rate !== null) shares.push(rate);
  }
  return { share: normalRange(shares), of: reference.id };
}

async function outliersOf(
  reference: FrameData,
  current: FrameData,
  features: readonly ColumnProfile[],
) {
  const judged = await detectOutliers(
    METHOD,
    filled(reference, features),
    filled(current, features),
  );
  return judged.current;
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
