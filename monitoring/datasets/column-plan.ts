import { MillraceError, type ValueKind } from '../../contracts/index.js';
import { missingColumn } from '../../storage/tabular/index.js';

/** A column of one side, before it is compared. */
export interface SideColumn {
  readonly name: string;
  readonly kind: ValueKind;
  readonly isVector: boolean;
}

/** One side as the plan sees it. */
export interface SideSchema {
  /** As the user named it. */
  readonly source: string;
  readonly columns: readonly SideColumn[];
}

/** A column that both sides have, of kinds that compare. Text is told apart by its values, later. */
export interface PlannedColumn {
  readonly name: string;
  readonly kind: 'numeric' | 'date' | 'boolean' | 'string';
}

/** A column whose kinds do not compare: a change of the schema, not of a distribution. */
export interface RefusedColumn {
  readonly name: string;
  /** What each side holds. */
  readonly reference: PlannedColumn['kind'] | 'vector';
  readonly current: PlannedColumn['kind'] | 'vector';
}

export interface ColumnPlan {
  readonly planned: readonly PlannedColumn[];
  /** Columns whose kinds do not compare. */
  readonly refused: readonly RefusedColumn[];
  /** Columns of vectors on both sides. */
  readonly vectors: readonly string[];
  readonly notes: readonly string[];
}

const PLANNED_KIND: Readonly<Record<ValueKind, PlannedColumn['kind']>> = {
  number: 'numeric',
  integer: 'numeric',
  timestamp: 'date',
  boolean: 'boolean',
  string: 'string',
};

/** Column names in a note; a note is one line. */
const NAMED = 8;

/**
 * Which columns are compared, and as what: those that both sides have, in the reference's order.
 * Whole numbers, others and booleans compare as numbers; any other two kinds do not.
 *
 * @param only - the columns asked for; default all
 * @param leftOut - a column that is compared only where `only` names it: the event time
 * @throws MillraceError `InvalidInput` when a column asked for is on neither side, or none is left
 */
export function planColumns(
  reference: SideSchema,
  current: SideSchema,
  only: readonly string[] | undefined,
  leftOut: string | null = null,
): ColumnPlan {
  for (const name of only ?? []) {
    if (!has(reference, name) && !has(current, name)) {
      throw missingColumn(name, reference.source, reference.columns);
    }
  }
  const isWanted = (name: string) => (only === undefined ? name !== leftOut : only.includes(name));
  const currentByName = new Map(current.columns.map((column) => [column.name, column]));
  const planned: PlannedColumn[] = [];
  const refused: RefusedColumn[] = [];
  const vectors: string[] = [];
  for (const { name, kind, isVector } of reference.columns) {
    const other = currentByName.get(name);
    if (!isWanted(name) || other === undefined) continue;
    const before = isVector ? 'vector' : PLANNED_KIND[kind];
    const now = other.isVector ? 'vector' : PLANNED_KIND[other.kind];
    const common = commonKind(before, now);
    if (common === null) refused.push({ name, reference: before, current: now });
    else if (common === 'vector') vectors.push(name);
    else planned.push({ name, kind: common });
  }
  if (planned.length + refused.length + vectors.length === 0) {
    throw noCommonColumn(reference, current, only);
  }
  return {
    planned,
    refused,
    vectors,
    notes: [
      ...oneSided('in the reference alone', reference, current, isWanted),
      ...oneSided('in the current data alone', current, reference, isWanted),
    ],
  };
}

function has(side: SideSchema, name: string): boolean {
  return side.columns.some((column) => column.name === name);
}

/** Booleans against numbers compare as 0 and 1. */
function commonKind<Kind extends string>(a: Kind, b: Kind): Kind | 'numeric' | null {
  if (a === b) return a;
  const both = [a, b].sort().join();
  return both === 'boolean,numeric' ? 'numeric' : null;
}

function oneSided(
  where: string,
  side: SideSchema,
  other: SideSchema,
  isWanted: (name: string) => boolean,
): readonly string[] {
  const names = side.columns
    .map(({ name }) => name)
    .filter((name) => isWanted(name) && !has(other, name));
  if (names.length === 0) return [];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return [`${where}, not compared: ${names.slice(0, NAMED).join(', ')}${more}`];
}

function noCommonColumn(
  reference: SideSchema,
  current: SideSchema,
  only: readonly string[] | undefined,
): MillraceError {
  const list = ({ columns }: SideSchema) =>
    columns
      .slice(0, NAMED)
      .map(({ name }) => name)
      .join(', ');
  return new MillraceError(
    'InvalidInput',
    only === undefined
      ? `${reference.source} and ${current.source} have no column in common`
      : `none of the columns ${only.join(', ')} is in both ${reference.source} and ${current.source}`,
    `the reference has ${list(reference)}; the current data ${list(current)}`,
  );
}
