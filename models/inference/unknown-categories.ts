import { distance } from 'fastest-levenshtein';
import {
  MillraceError,
  type ModelSignature,
  type UnknownCategoryRule,
} from '../../contracts/index.js';
import type { ColumnProfile } from '../../monitoring/drift/index.js';
import type { InputRow } from './input-row.js';
import { listedCategories } from './listed-categories.js';

/** Rows as the model gets them. */
export interface TreatedRows {
  readonly rows: readonly InputRow[];
  /** Inputs whose category was given as missing, one entry a value; empty where there is none. */
  readonly unknown: readonly string[];
}

interface KnownInput {
  readonly name: string;
  readonly categories: ReadonlySet<string>;
}

interface UnknownValue {
  readonly input: KnownInput;
  readonly row: number;
  readonly value: string;
}

/** More unknown values than this are counted, not listed. */
const LISTED = 20;
/** Categories that an error names: the most frequent ones. */
const SHOWN_CATEGORIES = 5;
/** Longer values are shown in part, and nothing is near to them. */
const SHOWN_LENGTH = 60;

/**
 * Finds texts that the reference of a version never had, and refuses them or gives them as missing.
 * An input whose categories the profile does not list, as free text, takes every text.
 *
 * @example new UnknownCategories('asMissing', signature, profile.features).treat([{ season: 'monsoon' }]);
 * // { rows: [{ season: null }], unknown: ['season'] }
 */
export class UnknownCategories {
  readonly #inputs: readonly KnownInput[];

  /**
   * @param features - of the version's reference profile
   * @throws MillraceError as {@link requireTextsMayBeMissing}
   */
  constructor(
    private readonly rule: Exclude<UnknownCategoryRule, 'pass'>,
    signature: ModelSignature,
    features: readonly ColumnProfile[],
  ) {
    if (rule === 'asMissing') requireTextsMayBeMissing(signature);
    this.#inputs = textInputs(signature).flatMap(({ name }): KnownInput[] => {
      const profile = features.find((feature) => feature.name === name);
      const listed = profile?.kind === 'categorical' ? listedCategories(profile) : null;
      return listed === null ? [] : [{ name, categories: new Set(listed) }];
    });
  }

  /**
   * @param rows - checked against the signature
   * @throws MillraceError `InvalidInput` that names each unknown value, where they are refused
   */
  treat(rows: readonly InputRow[]): TreatedRows {
    const found = this.#find(rows);
    if (found.length === 0) return { rows, unknown: [] };
    if (this.rule === 'reject') throw new MillraceError('InvalidInput', complaint(found));
    const treated = [...rows];
    for (const { row, input } of found) treated[row] = { ...treated[row], [input.name]: null };
    return { rows: treated, unknown: found.map(({ input }) => input.name) };
  }

  #find(rows: readonly InputRow[]): readonly UnknownValue[] {
    const found: UnknownValue[] = [];
    rows.forEach((fields, row) => {
      for (const input of this.#inputs) {
        const value = fields[input.name];
        if (typeof value === 'string' && !input.categories.has(value)) {
          found.push({ input, row, value });
        }
      }
    });
    return found;
  }
}

/**
 * Unknown categories can only be given as missing to a model that takes missing values.
 *
 * @throws MillraceError `InvalidInput` that names the inputs which may not be missing
 */
export function requireTextsMayBeMissing(signature: ModelSignature): void {
  const needed = textInputs(signature).flatMap(({ name, nullable }) => (nullable ? [] : [name]));
  if (needed.length === 0) return;
  throw new MillraceError(
    'InvalidInput',
    `serve.unknownCategories is asMissing, but the model takes no missing ${needed.join(', ')}`,
    'name these in `optional` of the train step, or choose `reject`',
  );
}

function textInputs({ inputs }: ModelSignature) {
  return inputs.filter(({ kind }) => kind === 'string');
}

function complaint(found: readonly UnknownValue[]): string {
  const told = found.slice(0, LISTED).map(({ input, row, value }) => {
    const shown = value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value;
    const what = `field ${input.name} of row ${row}: ${JSON.stringify(shown)} is not a category that the model knows`;
    return `${what}; ${expected(value, [...input.categories])}`;
  });
  const more = found.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more problems`] : [])].join('; ');
}

function expected(value: string, categories: readonly string[]): string {
  const shown = categories.slice(0, SHOWN_CATEGORIES).map((category) => JSON.stringify(category));
  const more = categories.length - shown.length;
  const list = `it knows ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const near = nearestCategory(value, categories);
  return near === null ? list : `did you mean ${JSON.stringify(near)}? ${list}`;
}

function nearestCategory(value: string, categories: readonly string[]): string | null {
  if (value.length > SHOWN_LENGTH) return null;
  let nearest: string | null = null;
  let best = Math.max(1, Math.floor(value.length / 3)) + 1;
  for (const category of categories) {
    const away = distance(value.toLowerCase(), category.toLowerCase());
    if (away < best) [nearest, best] = [category, away];
  }
  return nearest;
}
