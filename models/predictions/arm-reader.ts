import { ARM_COLUMN, type ArmQuery, readArms, readShadow, SHADOW_COLUMN } from './arm-query.js';
import { armRows, readArmRows, readShadowRows, shadowRows } from './arm-rows-query.js';
import type { LogAccess } from './log-inspector.js';
import type { SegmentKind } from './log-layout.js';
import type { ArmMoments, ArmQuestion, ArmReader, ShadowMoments } from './ports.js';

type Columns = readonly (readonly unknown[])[];

/** Event times say nothing of when a route was in force, so every one of them is read. */
const ALL_TIMES = { startMs: -8.64e15, endMs: 8.64e15 };

export function createArmReader({
  segmentsOf,
  query,
}: Pick<LogAccess, 'segmentsOf' | 'query'>): ArmReader {
  const filesSince = async (model: string, kind: SegmentKind, sinceMs: number) =>
    (await segmentsOf(model, kind))
      .filter(({ lastArrivalMs }) => lastArrivalMs >= sinceMs)
      .map(({ segment }) => segment.path);
  const queryOf = async (
    { model, sinceMs, ...asked }: ArmQuestion,
    needsLabels = asked.losses.length > 0,
  ) => ({
    ...asked,
    ...ALL_TIMES,
    predictionFiles: await filesSince(model, 'predictions', sinceMs),
    labelFiles: needsLabels ? await filesSince(model, 'labels', sinceMs) : [],
    businessFiles: asked.business.length === 0 ? [] : await filesSince(model, 'business', sinceMs),
  });
  return {
    async arms(asked) {
      const found: ArmQuery = { ...(await queryOf(asked)), shadowFiles: [] };
      if (found.predictionFiles.length === 0) return [];
      return armMoments(await query((db) => readArms(db, found)));
    },

    async shadow(asked) {
      const shadowFiles = await filesSince(asked.model, 'shadows', asked.sinceMs);
      const found: ArmQuery = { ...(await queryOf(asked)), shadowFiles };
      if (found.predictionFiles.length === 0 || shadowFiles.length === 0) return [];
      return shadowMoments(await query((db) => readShadow(db, found)));
    },

    async armRows(asked) {
      const found: ArmQuery = { ...(await queryOf(asked, true)), shadowFiles: [] };
      if (found.predictionFiles.length === 0) return [];
      return armRows(await query((db) => readArmRows(db, found)), asked.classes.length);
    },

    async shadowRows(asked) {
      const shadowFiles = await filesSince(asked.model, 'shadows', asked.sinceMs);
      const found: ArmQuery = { ...(await queryOf(asked, true)), shadowFiles };
      const columns =
        found.predictionFiles.length === 0 || shadowFiles.length === 0
          ? []
          : await query((db) => readShadowRows(db, found));
      return shadowRows(columns, asked.classes.length);
    },
  };
}

function armMoments(columns: Columns): readonly ArmMoments[] {
  const at = (column: keyof typeof ARM_COLUMN, row: number) => columns[ARM_COLUMN[column]]?.[row];
  return (columns[ARM_COLUMN.version] ?? []).map((version, row) => ({
    version: Number(version),
    metric: String(at('metric', row)),
    rows: Number(at('rows', row)),
    mean: Number(at('mean', row)),
    variance: Number(at('variance', row)),
    ends: [Number(at('least', row)), Number(at('greatest', row))],
  }));
}

function shadowMoments(columns: Columns): readonly ShadowMoments[] {
  const at = (column: keyof typeof SHADOW_COLUMN, row: number) =>
    Number(columns[SHADOW_COLUMN[column]]?.[row]);
  return (columns[SHADOW_COLUMN.metric] ?? []).map((metric, row) => {
    const rows = at('rows', row);
    return {
      metric: String(metric),
      champion: {
        rows,
        mean: at('championMean', row),
        variance: at('championVariance', row),
        ends: [at('championLeast', row), at('championGreatest', row)],
      },
      challenger: {
        rows,
        mean: at('mean', row),
        variance: at('variance', row),
        ends: [at('least', row), at('greatest', row)],
      },
      difference: {
        rows,
        mean: at('differenceMean', row),
        variance: at('differenceVariance', row),
      },
    };
  });
}
