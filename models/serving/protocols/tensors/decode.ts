import { MillraceError } from '../../../../contracts/index.js';
import { utf8Text } from '../../body-text.js';
import type { Datatype } from './datatypes.js';

type TensorValue = number | string | boolean | null;

/**
 * The values of a tensor from its bytes: little-endian, row by row; an element of `BYTES` is its
 * length in four bytes, then UTF-8. A NaN is a missing value: the binary form has no other.
 *
 * @param where - names the tensor in errors
 * @throws MillraceError `InvalidInput` when the bytes are not exactly `count` elements
 */
export function decodeTensor(
  datatype: Datatype,
  bytes: Buffer,
  count: number,
  where: string,
): readonly TensorValue[] {
  if (datatype === 'BYTES') return decodeTexts(bytes, count, where);
  const { size, read } = ELEMENTS[datatype];
  if (bytes.length !== count * size) {
    throw wrongSize(where, `${bytes.length} bytes where ${count} of ${datatype} are`, count * size);
  }
  const values = new Array<TensorValue>(count);
  for (let index = 0; index < count; index += 1) {
    const value = read(bytes, index * size);
    values[index] = typeof value === 'number' && Number.isNaN(value) ? null : value;
  }
  return values;
}

interface Element {
  /** In bytes. */
  readonly size: number;
  read(bytes: Buffer, offset: number): number | boolean;
}

const ELEMENTS: { readonly [type in Exclude<Datatype, 'BYTES'>]: Element } = {
  BOOL: { size: 1, read: (bytes, at) => bytes[at] !== 0 },
  UINT8: { size: 1, read: (bytes, at) => bytes.readUInt8(at) },
  UINT16: { size: 2, read: (bytes, at) => bytes.readUInt16LE(at) },
  UINT32: { size: 4, read: (bytes, at) => bytes.readUInt32LE(at) },
  UINT64: { size: 8, read: (bytes, at) => Number(bytes.readBigUInt64LE(at)) },
  INT8: { size: 1, read: (bytes, at) => bytes.readInt8(at) },
  INT16: { size: 2, read: (bytes, at) => bytes.readInt16LE(at) },
  INT32: { size: 4, read: (bytes, at) => bytes.readInt32LE(at) },
  INT64: { size: 8, read: (bytes, at) => Number(bytes.readBigInt64LE(at)) },
  FP16: { size: 2, read: (bytes, at) => halfToNumber(bytes.readUInt16LE(at)) },
  BF16: { size: 2, read: (bytes, at) => bfloat16ToNumber(bytes.readUInt16LE(at)) },
  FP32: { size: 4, read: (bytes, at) => bytes.readFloatLE(at) },
  FP64: { size: 8, read: (bytes, at) => bytes.readDoubleLE(at) },
};

/** IEEE 754 binary16. @example halfToNumber(0x3c00); // 1 */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}

const WORD = new DataView(new ArrayBuffer(4));

/** The upper half of a binary32. */
function bfloat16ToNumber(bits: number): number {
  WORD.setUint16(0, bits);
  WORD.setUint16(2, 0);
  return WORD.getFloat32(0);
}

function decodeTexts(bytes: Buffer, count: number, where: string): readonly string[] {
  // Each has at least its length: a count that lies must not make a long list first.
  if (bytes.length < count * 4) {
    throw wrongSize(where, `${bytes.length} bytes where ${count} texts are at least`, count * 4);
  }
  const values = new Array<string>(count);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const start = at + 4;
    const end = start + (start > bytes.length ? 0 : bytes.readUInt32LE(at));
    if (start > bytes.length || end > bytes.length) {
      throw new MillraceError(
        'InvalidInput',
        `${where}: element ${index} ends beyond the ${bytes.length} bytes of the tensor`,
        'give each element its length in four bytes, then its UTF-8',
      );
    }
    values[index] = utf8Text(bytes.subarray(start, end), `${where}: element ${index}`);
    at = end;
  }
  if (at !== bytes.length) {
    throw wrongSize(where, `${bytes.length} bytes where its ${count} texts are`, at);
  }
  return values;
}

function wrongSize(where: string, what: string, expected: number): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `${where} has ${what} ${expected}`,
    'make the bytes fit shape and datatype',
  );
}
