import {
  type CategoricalColumnProfile,
  type CategoryCounts,
  type ColumnMoments,
  DATA_PROFILE_FORMAT,
  type DataColumnProfile,
  type DataProfile,
  type DistinctCount,
  type NumericColumnProfile,
  type TextProfile,
  type WeightedSample,
} from './data-profile.js';
import { DISTINCT_REGISTERS } from './distinct-counter.js';
import { REGISTER_LETTERS } from './profile-json.js';
import { profileValueRows } from './profile-queries.js';
import { StoredValue } from './stored-value.js';
import { sampleRows } from './weighted-sample.js';

const KINDS = ['number', 'integer', 'timestamp', 'string', 'boolean'] as const;
const LARGEST_REGISTER = 53;

/**
 * Reads the text of a profile's file and checks all of it: a profile that is returned can be
 * compared with and merged.
 *
 * @throws RangeError saying what is wrong and where: text that is no JSON (cut short, say), another
 * format or version, a number out of its range, counts that do not add up
 * @example parseProfile(profileText(profile)); // an equal profile
 */
export function parseProfile(text: string): DataProfile {
  const root = new StoredValue(parseJson(text), '');
  const format = root.get('format');
  if (format.value !== DATA_PROFILE_FORMAT) {
    throw new RangeError(
      `the format is ${JSON.stringify(format.value) ?? 'not given'}; this release reads ${DATA_PROFILE_FORMAT}`,
    );
  }
  const rows = root.get('rows').count();
  const columns = root
    .get('columns')
    .items()
    .map((column) => readColumn(column, rows));
  const names = new Set(columns.map(({ name }) => name));
  if (names.size < columns.length) root.get('columns').refuse('columns of different names');
  return {
    format: DATA_PROFILE_FORMAT,
    madeBy: root.get('madeBy').optional((value) => value.text()),
    sha256: root.get('sha256').optional(readDigest),
    mergedFrom: root.get('mergedFrom').items().map(readDigest),
    rows,
    columns,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RangeError(`it is no whole JSON document (${reason.slice(0, 80)})`);
  }
}

function readDigest(value: StoredValue): string {
  const text = value.text();
  return /^[0-9a-f]{64}$/.test(text) ? text : value.refuse('64 hexadecimal digits');
}

function readColumn(stored: StoredValue, rows: number): DataColumnProfile {
  const kind = stored.get('kind').oneOf(KINDS);
  const column =
    kind === 'string' || kind === 'boolean'
      ? readCategorical(stored, kind)
      : readNumeric(stored, kind);
  if (profileValueRows(column) + column.missing !== rows) {
    throw new RangeError(
      `${stored.place} ("${column.name}") counts ${profileValueRows(column)} values and ${column.missing} missing; the profile has ${rows} rows`,
    );
  }
  return column;
}

function readNumeric(
  stored: StoredValue,
  kind: NumericColumnProfile['kind'],
): NumericColumnProfile {
  const sample = readSample(stored.get('sample'));
  const infinite = stored.get('infinite');
  return {
    ...readBase(stored),
    kind,
    infinite: {
      negative: infinite.get('negative').count(),
      positive: infinite.get('positive').count(),
    },
    moments: readMoments(stored, sampleRows(sample)),
    sample,
  };
}

function readCategorical(
  stored: StoredValue,
  kind: CategoricalColumnProfile['kind'],
): CategoricalColumnProfile {
  const categories = readCounts(stored.get('categories'));
  const rows = categories.counts.reduce((sum, count) => sum + count, categories.otherRows);
  return {
    ...readBase(stored),
    kind,
    categories,
    text: kind === 'string' ? readText(stored.get('text'), rows) : null,
  };
}

function readText(stored: StoredValue, rows: number): TextProfile {
  const lengths = readNumeric(stored.get('lengths'), 'integer');
  if (lengths.moments.rows !== rows) stored.get('lengths').refuse(`the lengths of ${rows} values`);
  const facts = stored.get('facts');
  return {
    lengths,
    facts: {
      rows: facts.get('rows').count(),
      distinct: facts.get('distinct').count(),
      meanWords: facts.get('meanWords').number(),
    },
    words: stored.get('words').optional(readCounts),
  };
}

function readBase(stored: StoredValue): {
  readonly name: string;
  readonly missing: number;
  readonly distinct: DistinctCount;
} {
  const exact = stored.get('distinctExact').boolean();
  const registers = stored.get('distinctRegisters');
  return {
    name: stored.get('name').text(),
    missing: stored.get('missing').count(),
    distinct: {
      count: stored.get('distinct').count(),
      exact,
      registers: exact ? null : readRegisters(registers),
    },
  };
}

function readRegisters(stored: StoredValue): Uint8Array {
  const text = stored.text();
  const registers = Uint8Array.from(text, (letter) => REGISTER_LETTERS.indexOf(letter) & 0xff);
  const isRight =
    registers.length === DISTINCT_REGISTERS &&
    registers.every((register) => register <= LARGEST_REGISTER);
  return isRight ? registers : stored.refuse(`${DISTINCT_REGISTERS} letters of registers`);
}

function readMoments(stored: StoredValue, rows: number): ColumnMoments {
  const number = (key: string) => stored.get(key).optional((value) => value.number());
  const moments = {
    rows,
    min: number('min'),
    max: number('max'),
    mean: number('mean'),
    standardDeviation: number('standardDeviation'),
    skewness: number('skewness'),
  };
  const { min, max, mean } = moments;
  const inOrder =
    min === null || max === null || mean === null
      ? rows === 0
      : rows > 0 && min <= mean && mean <= max;
  if (!inOrder) stored.get('mean').refuse(`within min and max, all of them null without rows`);
  if ((moments.standardDeviation ?? 0) < 0) stored.get('standardDeviation').refuse('0 or more');
  return moments;
}

function readSample(stored: StoredValue): WeightedSample {
  const values = readNumbers(stored.get('values'));
  const counts =
    stored.get('counts').optional(readNumbers) ?? new Float64Array(values.length).fill(1);
  if (counts.length !== values.length) stored.get('counts').refuse(`${values.length} counts`);
  if (!values.every((value, i) => i === 0 || (values[i - 1] ?? 0) < value)) {
    stored.get('values').refuse('ascending numbers, each once');
  }
  if (!counts.every((count) => Number.isInteger(count) && count >= 1)) {
    stored.get('counts').refuse('whole numbers from 1');
  }
  return { values, counts, rankError: stored.get('rankError').count() };
}

/** A long list of numbers, without a {@link StoredValue} for each. */
function readNumbers(stored: StoredValue): Float64Array {
  const list = stored.value;
  if (!Array.isArray(list)) return stored.refuse('a list of numbers');
  const numbers = new Float64Array(list.length);
  list.forEach((value: unknown, i) => {
    if (typeof value === 'number' && Number.isFinite(value)) numbers[i] = value;
    else new StoredValue(value, `${stored.place}[${i}]`).number();
  });
  return numbers;
}

function readCounts(stored: StoredValue): CategoryCounts {
  const values = stored
    .get('values')
    .items()
    .map((value) => value.text());
  const counts = readNumbers(stored.get('counts'));
  if (counts.length !== values.length) stored.get('counts').refuse(`${values.length} counts`);
  if (!counts.every((count) => Number.isInteger(count) && count >= 1)) {
    stored.get('counts').refuse('whole numbers from 1');
  }
  if (new Set(values).size < values.length) stored.get('values').refuse('different categories');
  return {
    values,
    counts,
    otherRows: stored.get('otherRows').count(),
    undercount: stored.get('undercount').count(),
  };
}
