import type { ValueKind } from '../../../../contracts/index.js';

/** Datatypes of the Open Inference Protocol V2. */
export const DATATYPES = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'BF16',
  'FP32',
  'FP64',
  'BYTES',
] as const;
export type Datatype = (typeof DATATYPES)[number];

const NUMERIC = DATATYPES.filter((type) => type !== 'BOOL' && type !== 'BYTES');

/** The first is what metadata names. */
const first = (type: Datatype, others: readonly Datatype[]): readonly Datatype[] => [
  type,
  ...others.filter((other) => other !== type),
];

/** Datatypes accepted for a column of each kind; the first is what metadata names. */
export const COLUMN_DATATYPES: { readonly [kind in ValueKind]: readonly Datatype[] } = {
  number: first('FP64', NUMERIC),
  integer: first('INT64', NUMERIC),
  boolean: first('BOOL', NUMERIC),
  string: ['BYTES'],
  timestamp: first('BYTES', NUMERIC),
};

export function isDatatype(text: string): text is Datatype {
  return (DATATYPES as readonly string[]).includes(text);
}

/** What a value of a datatype is in JSON, in words. */
export function expectedValue(datatype: Datatype): string {
  const range = WHOLE[datatype];
  if (range !== undefined) {
    const isWide = !Number.isSafeInteger(range[1]);
    return isWide ? 'an integer' : `an integer from ${range[0]} to ${range[1]}`;
  }
  if (datatype === 'BOOL') return 'true or false';
  return datatype === 'BYTES' ? 'text' : 'a number';
}

/** Whether a JSON value may stand in a tensor of this datatype; a missing value always may. */
export function fitsDatatype(datatype: Datatype, value: unknown): boolean {
  if (value === null) return true;
  if (datatype === 'BYTES') return typeof value === 'string';
  if (datatype === 'BOOL') {
    return value === true || value === false || value === 0 || value === 1;
  }
  if (typeof value !== 'number') return false;
  const range = WHOLE[datatype];
  if (range === undefined) return true;
  return Number.isInteger(value) && value >= range[0] && value <= range[1];
}

/** JSON numbers carry 64-bit integers to 2^53 exactly; beyond that the check of the column decides. */
const WHOLE: { readonly [type in Datatype]?: readonly [number, number] } = {
  UINT8: [0, 255],
  UINT16: [0, 65_535],
  UINT32: [0, 4_294_967_295],
  UINT64: [0, 2 ** 64],
  INT8: [-128, 127],
  INT16: [-32_768, 32_767],
  INT32: [-2_147_483_648, 2_147_483_647],
  INT64: [-(2 ** 63), 2 ** 63],
};
