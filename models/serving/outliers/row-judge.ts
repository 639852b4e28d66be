import {
  boundsOf,
  type CategoricalProfile,
  type ColumnBounds,
  type ColumnProfile,
  type NumericProfile,
} from '../../../monitoring/drift/index.js';
import type { InputRow } from '../../inference/input-row.js';
import { listedCategories } from '../../inference/listed-categories.js';

interface Allowed {
  readonly name: string;
  readonly bounds: ColumnBounds | null;
  /** `null`: every category is allowed. */
  readonly categories: ReadonlySet<string> | null;
}

/**
 * Says of each row that a version answers which of its inputs are unlike anything in the data that
 * the version's profile was made of: numbers past Tukey's far fences (three interquartile ranges
 * beyond the quartiles), and categories that the data never had. Missing values are inside.
 *
 * @example new RowJudge(profile.features).outliers({ temperature: 61, season: 'winter' }); // ['temperature']
 */
export class RowJudge {
  readonly #allowed: readonly Allowed[];

  constructor(features: readonly ColumnProfile[]) {
    this.#allowed = features.map((feature) => ({
      name: feature.name,
      bounds: feature.kind === 'numeric' ? boundsOfProfile(feature) : null,
      categories: feature.kind === 'categorical' ? categoriesOf(feature) : null,
    }));
  }

  /** Names of the inputs that are unlike the reference's; empty where none is. */
  outliers(row: InputRow): readonly string[] {
    const found: string[] = [];
    for (const { name, bounds, categories } of this.#allowed) {
      const value = row[name] ?? null;
      if (value === null) continue;
      const isOutside =
        bounds === null
          ? categories !== null && !categories.has(String(value))
          : isBeyond(Number(value), bounds);
      if (isOutside) found.push(name);
    }
    return found;
  }
}

function isBeyond(value: number, { low, high }: ColumnBounds): boolean {
  return value < low || value > high;
}

/** `null` where the reference has no number: then none is unlike it. */
function boundsOfProfile({ min, max, sample }: NumericProfile): ColumnBounds | null {
  // The sample of a large column may end short of its extremes.
  const ends = sample.exact || min === null || max === null ? [] : [min, max];
  return boundsOf(Float64Array.from([...sample.values, ...ends]));
}

/** `null` where the profile does not list all of them. */
function categoriesOf(profile: CategoricalProfile): ReadonlySet<string> | null {
  const listed = listedCategories(profile);
  return listed === null ? null : new Set(listed);
}
