import type { OpenTable } from '../../storage/tabular/index.js';
import {
  categoryName,
  chooseTextTreatment,
  compareCounts,
  compareTexts,
  identifierColumn,
  isNumericProfile,
  profileColumn,
  profileCounts,
  TEXT_FACTS_ROWS,
  type TextTreatment,
  textFacts,
  unmeasuredColumn,
} from '../drift/index.js';
import { bothOf } from './both-of.js';
import { categoryPicture } from './category-picture.js';
import type { PlannedColumn } from './column-plan.js';
import {
  type ColumnOutcome,
  type CompareSettings,
  columnOptions,
  type ReferenceSide,
} from './compare-settings.js';

type CountedColumn = PlannedColumn & { readonly kind: 'boolean' | 'string' };

/** Rows by category of one side. */
interface CountedSide {
  readonly counts: ReadonlyMap<string, number>;
  readonly rows: number;
  readonly missing: number;
}

/** The categories that a profile does not list, and the current ones that are none of those it does. */
const OTHERS = '(others)';

/**
 * Compares columns of text and booleans. Categories are counted by DuckDB; free text alone becomes
 * strings here, one column at a time.
 */
export async function compareCountedColumns(
  reference: ReferenceSide,
  current: OpenTable,
  columns: readonly CountedColumn[],
  settings: CompareSettings,
): Promise<readonly ColumnOutcome[]> {
  const treatments = await treatmentsOf(reference, current, columns);
  const outcomes: ColumnOutcome[] = [];
  for (const [index, column] of columns.entries()) {
    const treatment = treatments[index] ?? 'categorical';
    outcomes.push(
      treatment === 'text'
        ? await compareFreeText(reference, current, column.name, settings)
        : await compareCategories(reference, current, column, treatment, settings),
    );
  }
  return outcomes;
}

async function treatmentsOf(
  reference: ReferenceSide,
  current: OpenTable,
  columns: readonly CountedColumn[],
): Promise<readonly TextTreatment[]> {
  if (reference.of === 'profile') {
    return columns.map(({ name }) => profiledTreatment(reference, name));
  }
  const texts = columns.filter(({ kind }) => kind === 'string').map(({ name }) => name);
  const [before, now] = await bothOf(
    firstTexts(reference.table, texts),
    firstTexts(current, texts),
  );
  return columns.map(({ name, kind }) => {
    if (kind === 'boolean') return 'categorical';
    // A reference without any value cannot say what the column is.
    const facts = textFacts(before.get(name) ?? []);
    return chooseTextTreatment(facts.rows > 0 ? facts : textFacts(now.get(name) ?? []));
  });
}

async function firstTexts(
  table: OpenTable,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly (string | null)[]>> {
  const texts = new Map<string, (string | null)[]>(names.map((name) => [name, []]));
  if (names.length === 0) return texts;
  await table.scan(
    names,
    (columns) => {
      for (const column of columns) {
        if (column.kind === 'string') texts.get(column.name)?.push(...column.values);
      }
    },
    TEXT_FACTS_ROWS,
  );
  return texts;
}

function profiledTreatment(
  reference: ReferenceSide & { readonly of: 'profile' },
  name: string,
): TextTreatment {
  const column = profileColumn(reference.profile, name);
  return column === undefined || isNumericProfile(column) || column.text === null
    ? 'categorical'
    : chooseTextTreatment(column.text.facts);
}

async function compareCategories(
  reference: ReferenceSide,
  current: OpenTable,
  { name, kind }: CountedColumn,
  treatment: TextTreatment,
  settings: CompareSettings,
): Promise<ColumnOutcome> {
  const [before, counted] = await bothOf(
    reference.of === 'table'
      ? reference.table.countValues(name).then(countedOf)
      : Promise.resolve(countedProfile(reference, name)),
    current.countValues(name).then(countedOf),
  );
  const now = reference.of === 'table' ? counted : named(counted, before.counts);
  const rows = rowsOf(before, now);
  if (treatment === 'identifier') {
    const column = { ...rows, name, kind: 'categorical' } as const;
    return { compared: identifierColumn(column), picture: null };
  }
  const column = { ...rows, name, kind: kind === 'boolean' ? kind : 'categorical' } as const;
  return {
    compared: compareCounts(column, before.counts, now.counts, columnOptions(settings)),
    picture: settings.withPictures ? categoryPicture(before.counts, now.counts) : null,
  };
}

async function compareFreeText(
  reference: ReferenceSide,
  current: OpenTable,
  name: string,
  settings: CompareSettings,
): Promise<ColumnOutcome> {
  if (reference.of === 'profile') {
    const now = countedOf(await current.countValues(name));
    const rows = rowsOf(countedProfile(reference, name), now);
    const note = 'free text is compared with the data itself, not with a profile of it';
    const column = { ...rows, name, kind: 'text' } as const;
    return { compared: unmeasuredColumn(column, 'kolmogorov-smirnov', note), picture: null };
  }
  const [before, now] = await bothOf(allTexts(reference.table, name), allTexts(current, name));
  const present = (texts: readonly (string | null)[]) =>
    texts.reduce((rows, text) => rows + (text === null ? 0 : 1), 0);
  const [referenceRows, currentRows] = [present(before), present(now)];
  const column = {
    name,
    kind: 'text',
    referenceRows,
    currentRows,
    referenceMissing: before.length - referenceRows,
    currentMissing: now.length - currentRows,
  } as const;
  return { compared: compareTexts(column, before, now, columnOptions(settings)), picture: null };
}

async function allTexts(table: OpenTable, name: string): Promise<readonly (string | null)[]> {
  const texts: (string | null)[] = [];
  await table.scan([name], ([column]) => {
    if (column?.kind === 'string') texts.push(...column.values);
  });
  return texts;
}

function countedOf({
  counts,
  missing,
}: {
  readonly counts: ReadonlyMap<string, number>;
  readonly missing: number;
}): CountedSide {
  let rows = 0;
  for (const count of counts.values()) rows += count;
  return { counts, rows, missing };
}

function countedProfile(
  { profile }: ReferenceSide & { readonly of: 'profile' },
  name: string,
): CountedSide {
  const column = profileColumn(profile, name);
  if (column === undefined || isNumericProfile(column)) {
    return { counts: new Map(), rows: 0, missing: 0 };
  }
  const counts = profileCounts(column);
  if (column.categories.otherRows > 0) counts.set(OTHERS, column.categories.otherRows);
  return countedOf({ counts, missing: column.missing });
}

/** Counts under the names that the profile gives its categories. */
function named(side: CountedSide, listed: ReadonlyMap<string, number>): CountedSide {
  const counts = new Map<string, number>();
  for (const [text, rows] of side.counts) {
    const category = categoryName(text);
    const name = listed.has(OTHERS) && !listed.has(category) ? OTHERS : category;
    counts.set(name, (counts.get(name) ?? 0) + rows);
  }
  return { ...side, counts };
}

function rowsOf(reference: CountedSide, current: CountedSide) {
  return {
    referenceRows: reference.rows,
    currentRows: current.rows,
    referenceMissing: reference.missing,
    currentMissing: current.missing,
  };
}
