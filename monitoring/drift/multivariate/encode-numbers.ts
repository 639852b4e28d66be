/** One column of the prepared matrices, for both sides. */
export interface EncodedFeature {
  readonly name: string;
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

/**
 * Numbers standardised on the reference, and where they are missing.
 *
 * @returns nothing where no value differs from another on either side
 */
export function encodeNumbers(
  name: string,
  reference: Float64Array,
  current: Float64Array,
): EncodedFeature[] {
  const features: EncodedFeature[] = [];
  const scale = scaleOf(reference) ?? scaleOf(current);
  if (scale !== null && (differs(reference, scale) || differs(current, scale))) {
    const standardised = (values: Float64Array) => values.map((value) => place(value, scale));
    features.push({
      name,
      reference: standardised(reference),
      current: standardised(current),
    });
  }
  const missing = (values: Float64Array) => values.map((value) => (Number.isNaN(value) ? 1 : 0));
  return [...features, ...indicator(`${name} is missing`, missing(reference), missing(current))];
}

/** A feature of 0 and 1, unless all rows of both sides have the same. */
export function indicator(
  name: string,
  reference: Float64Array,
  current: Float64Array,
): EncodedFeature[] {
  const first = reference[0] ?? current[0];
  const constant = [reference, current].every((side) => side.every((value) => value === first));
  return constant ? [] : [{ name, reference, current }];
}

interface Scale {
  /** By which values are divided first: squares of what remains cannot overflow. */
  readonly unit: number;
  readonly low: number;
  readonly high: number;
  /** Of the values in units. */
  readonly mean: number;
  readonly deviation: number;
}

/** `null` where the side has no finite value. A constant has the deviation of its own size. */
function scaleOf(values: Float64Array): Scale | null {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return null;
  let [low, high] = [Infinity, -Infinity];
  for (const value of finite) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const unit = Math.max(Math.abs(low), Math.abs(high)) || 1;
  let [mean, squares, count] = [0, 0, 0];
  for (const value of finite) {
    count += 1;
    const difference = value / unit - mean;
    mean += difference / count;
    squares += difference * (value / unit - mean);
  }
  const deviation = low === high ? 0 : Math.sqrt(squares / (count - 1));
  return { unit, low, high, mean, deviation: deviation || 1 };
}

/** Beyond it a squared distance could no longer be told from others by what else is in a row. */
const FARTHEST = 1e6;

function place(value: number, { unit, low, high, mean, deviation }: Scale): number {
  if (Number.isNaN(value)) return 0;
  const finite = value === Infinity ? high : value === -Infinity ? low : value;
  const standardised = (finite / unit - mean) / deviation;
  return Math.min(Math.max(standardised, -FARTHEST), FARTHEST);
}

function differs(values: Float64Array, { low, high }: Scale): boolean {
  return low !== high || values.some((value) => !Number.isNaN(value) && value !== low);
}
