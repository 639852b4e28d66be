import type { Datatype } from './datatypes.js';

/** Datatypes that answers have. */
export type OutputDatatype = Extract<Datatype, 'FP32' | 'INT64' | 'BOOL' | 'BYTES'>;

/** The bytes of a tensor of an answer: little-endian, an element of `BYTES` after its length. */
export function encodeTensor(
  datatype: OutputDatatype,
  values: readonly (number | string | boolean)[],
): Buffer {
  switch (datatype) {
    case 'BOOL':
      return Buffer.from(values.map(Number));
    case 'FP32': {
      const bytes = Buffer.allocUnsafe(values.length * 4);
      for (const [index, value] of values.entries()) bytes.writeFloatLE(Number(value), index * 4);
      return bytes;
    }
    case 'INT64': {
      const bytes = Buffer.allocUnsafe(values.length * 8);
      for (const [index, value] of values.entries()) {
        bytes.writeBigInt64LE(BigInt(Number(value)), index * 8);
      }
      return bytes;
    }
    case 'BYTES':
      return Buffer.concat(
        values.flatMap((value) => {
          const text = Buffer.from(String(value));
          const length = Buffer.allocUnsafe(4);
          length.writeUInt32LE(text.length);
          return [length, text];
        }),
      );
  }
}
