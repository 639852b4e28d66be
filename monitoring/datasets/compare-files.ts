import type { ComparedData, DriftPictures, DriftReport } from '../../contracts/index.js';
import { MillraceError } from '../../contracts/index.js';
import { type OpenTable, openTable } from '../../storage/tabular/index.js';
import {
  type ColumnOptions,
  checkDecisionRules,
  type DecisionRules,
  decideColumns,
  isNumericProfile,
  profileRankError,
  resolveColumnOptions,
} from '../drift/index.js';
import { type ColumnPlan, planColumns, type SideSchema } from './column-plan.js';
import type { CompareSettings, ReferenceSide } from './compare-settings.js';
import { columnOptions } from './compare-settings.js';
import { compareTables } from './compare-tables.js';
import { compareWhole, type WholeRequest } from './compare-whole.js';
import { openBoth } from './open-both.js';
import { isProfileFile, readProfileFile } from './profile-store.js';
import { refusedColumns } from './refused-columns.js';
import { checkTimeColumn, type TimedSide, timeStrips } from './time-strips.js';

export interface CompareFilesOptions
  extends DecisionRules,
    WholeRequest,
    Omit<ColumnOptions, 'measure'> {
  /** Names of the columns to compare; default all that both sides have. */
  readonly columns?: readonly string[];
  /** Name of a test or distance; columns that it cannot take are compared by the automatic choice. */
  readonly test?: string;
  /** Event time of the rows: drawn as the pictures' axis, not compared unless `columns` names it. */
  readonly time?: string;
  /** What the report calls the files; default their paths. */
  readonly sources?: { readonly reference: string; readonly current: string };
  /** Histograms and categories for a page; default false. */
  readonly withPictures?: boolean;
  readonly signal?: AbortSignal;
  /** Told the share of the work that is done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

export interface FilesCompared {
  readonly report: DriftReport;
  readonly pictures: DriftPictures;
}

/** For what the main thread itself reads; a comparison streams, so that more would only be held. */
const MEMORY_MB = 512;

/**
 * Compares two files, column by column, and decides whether the data drifted. The reference may be a
 * stored profile.
 *
 * Each file is read once for each group of columns that fits in memory; numbers are compared exactly
 * without sorting them, categories by their counts. Big Parquet files are compared by several
 * threads. The result does not depend on how many.
 *
 * @param reference - Parquet, CSV or NDJSON file, or a profile that `millrace profile` wrote
 * @param current - Parquet, CSV or NDJSON file
 * @throws MillraceError `InvalidInput` when a file cannot be read, has no rows, or no column is in both
 * @throws RangeError where an option is out of range or names no test
 * @example
 * const { report } = await compareFiles('january.parquet', 'february.csv', { alpha: 0.01 });
 * report.dataset.verdict; // 'no-drift'
 */
export async function compareFiles(
  reference: string,
  current: string,
  options: CompareFilesOptions = {},
): Promise<FilesCompared> {
  checkDecisionRules(options);
  const settings = settingsOf(options);
  const tableOptions = {
    limits: { memoryMb: MEMORY_MB },
    ...(options.signal && { signal: options.signal }),
  };
  if (await isProfileFile(reference)) {
    const profile = await readProfileFile(reference);
    const side = { of: 'profile', profile } as const;
    return openTable(current, tableOptions, (table) =>
      compareSides({ reference, current, side, table, settings, options }),
    );
  }
  return openBoth(reference, current, tableOptions, (other, table) => {
    const side = { of: 'table', table: other } as const;
    return compareSides({ reference, current, side, table, settings, options });
  });
}

function settingsOf(options: CompareFilesOptions): CompareSettings {
  const { minRows, seed } = resolveColumnOptions(options);
  const settings = {
    test: options.test ?? null,
    minRows,
    seed,
    withPictures: options.withPictures ?? false,
  };
  columnOptions(settings);
  return settings;
}

interface OpenSides {
  readonly reference: string;
  readonly current: string;
  readonly side: ReferenceSide;
  readonly table: OpenTable;
  readonly settings: CompareSettings;
  readonly options: CompareFilesOptions;
}

async function compareSides(sides: OpenSides): Promise<FilesCompared> {
  const { reference, current, side, table, settings, options } = sides;
  const names = options.sources ?? { reference, current };
  const data = {
    reference: await dataOf(names.reference, side),
    current: await dataOf(names.current, { of: 'table', table }),
  };
  const timed = timedSides(sides, names);
  const plan = planColumns(
    { source: names.reference, columns: schemaOf(side) },
    { source: names.current, columns: table.columns },
    options.columns,
    options.time ?? null,
  );
  const isParquet = (of: ReferenceSide) => of.of === 'profile' || of.table.format === 'parquet';
  const outcomes = await compareTables(
    {
      reference: side,
      current: table,
      planned: plan.planned,
      rows: Math.max(side.of === 'table' ? data.reference.rows : 0, data.current.rows),
      files:
        isParquet(side) && table.format === 'parquet'
          ? { reference: side.of === 'table' ? reference : null, current }
          : null,
    },
    settings,
    options.onProgress ?? (() => undefined),
    options.signal,
  );
  const whole = await compareWhole(
    { reference, current, side, table, planned: plan.planned },
    options,
    {
      alpha: options.alpha,
      seed: settings.seed,
      ...(options.signal && { signal: options.signal }),
    },
  );
  const refused = await refusedColumns(plan.refused, side, table, data);
  const compared = [...outcomes.map((outcome) => outcome.compared), ...refused];
  const order = new Map(schemaOf(side).map(({ name }, index) => [name, index]));
  compared.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  const pictures = outcomes.flatMap(({ compared: { name }, picture }) =>
    picture === null ? [] : [[name, picture] as const],
  );
  return {
    report: {
      ...decideColumns(compared, options),
      ...whole,
      ...data,
      seed: settings.seed,
      notes: notesOf(plan, side, options),
    },
    pictures: { columns: Object.fromEntries(pictures), ...(await stripsOf(timed, plan)) },
  };
}

interface TimedSides {
  readonly time: string;
  /** `null` where a profile stands for it, which knows no time. */
  readonly reference: TimedSide | null;
  readonly current: TimedSide;
  readonly isDrawn: boolean;
}

/** @throws MillraceError `InvalidInput` where the time column named is none */
function timedSides(
  { side, table, settings, options: { time } }: OpenSides,
  names: { readonly reference: string; readonly current: string },
): TimedSides | null {
  if (time === undefined) return null;
  const current = { table, source: names.current };
  const reference = side.of === 'table' ? { table: side.table, source: names.reference } : null;
  if (reference !== null) checkTimeColumn(reference, time);
  checkTimeColumn(current, time);
  return { time, reference, current, isDrawn: settings.withPictures };
}

async function stripsOf(
  timed: TimedSides | null,
  plan: ColumnPlan,
): Promise<Pick<DriftPictures, 'strips' | 'timeColumn'>> {
  if (timed?.reference == null || !timed.isDrawn) return { strips: {}, timeColumn: null };
  const { reference, current, time } = timed;
  const numeric = plan.planned.filter(({ kind, name }) => kind === 'numeric' && name !== time);
  const columns = numeric.map(({ name }) => name);
  return { strips: await timeStrips(reference, current, time, columns), timeColumn: time };
}

async function dataOf(source: string, side: ReferenceSide): Promise<ComparedData> {
  const rows = side.of === 'profile' ? side.profile.rows : await side.table.countRows();
  if (rows === 0) {
    throw new MillraceError('InvalidInput', `${source} has no rows`, 'check what wrote the file');
  }
  return { source, rows, isProfile: side.of === 'profile' };
}

function schemaOf(side: ReferenceSide): SideSchema['columns'] {
  return side.of === 'table'
    ? side.table.columns
    : side.profile.columns.map(({ name, kind }) => ({ name, kind, isVector: false }));
}

function notesOf(
  plan: ColumnPlan,
  side: ReferenceSide,
  { time, embedding }: CompareFilesOptions,
): readonly string[] {
  const left = plan.vectors.filter((name) => name !== embedding);
  const vectors =
    left.length === 0
      ? []
      : [
          `vectors are compared one column at a time (--embedding), not compared: ${left.join(', ')}`,
        ];
  const timed =
    time === undefined || plan.planned.some(({ name }) => name === time)
      ? []
      : [`${time} is the time of the rows and not compared`];
  return [...plan.notes, ...vectors, ...timed, ...profileNotes(side)];
}

function profileNotes(side: ReferenceSide): readonly string[] {
  if (side.of === 'table') return [];
  const errors = side.profile.columns.filter(isNumericProfile).map(profileRankError);
  const most = Math.max(0, ...errors);
  return most === 0
    ? []
    : [
        `the reference is a profile: its distribution functions are known to ${(most * 100).toPrecision(2)} %`,
      ];
}
