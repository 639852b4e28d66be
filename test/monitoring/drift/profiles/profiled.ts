import type {
  CategoricalColumnProfile,
  DataProfile,
  NumericColumnProfile,
} from '../../../../monitoring/drift/profiles/index.js';
import { isNumericProfile, ProfileBuilder } from '../../../../monitoring/drift/profiles/index.js';

/** The profile of one column of numbers. */
export function numberProfile(values: Float64Array | readonly number[]): DataProfile {
  const builder = new ProfileBuilder([{ name: 'x', kind: 'number' }]);
  builder.update([Float64Array.from(values)]);
  return builder.finish();
}

export function numericColumn(values: Float64Array | readonly number[]): NumericColumnProfile {
  return onlyNumeric(numberProfile(values));
}

export function onlyNumeric(profile: DataProfile): NumericColumnProfile {
  const [column] = profile.columns;
  if (column === undefined || !isNumericProfile(column)) throw new Error('no column of numbers');
  return column;
}

export function textProfile(values: readonly (string | null)[]): DataProfile {
  const builder = new ProfileBuilder([{ name: 't', kind: 'string' }]);
  builder.update([values]);
  return builder.finish();
}

export function onlyCategorical(profile: DataProfile): CategoricalColumnProfile {
  const [column] = profile.columns;
  if (column === undefined || isNumericProfile(column)) throw new Error('no column of text');
  return column;
}
