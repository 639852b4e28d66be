import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../../setup/places.mjs';

/** What River raised on a stream. */
export interface RiverRun {
  readonly detector: string;
  readonly options: { readonly [name: string]: number | string | boolean };
  readonly drifts: readonly number[];
  /** Runs of indices: first, last, first, last, … */
  readonly warnings: readonly number[];
  /** Values that ADWIN kept at each drift; empty for the others. */
  readonly widths: readonly number[];
}

export interface RiverCase {
  /** Empty for a random one. */
  readonly name: string;
  readonly values: Float64Array;
  readonly runs: readonly RiverRun[];
}

type WrittenRun = readonly [
  detector: string,
  options: RiverRun['options'],
  drifts: readonly number[],
  warnings: readonly number[],
  widths: readonly number[],
];

interface WrittenCase {
  readonly name?: string;
  readonly digits?: string;
  readonly bits?: string;
  readonly doubles?: string;
  readonly runs: readonly WrittenRun[];
}

/** A fixture that `test/oracles/make_streams.py` wrote. */
export function riverCases(file: string): readonly RiverCase[] {
  const path = join(packageRoot(), 'test', 'oracles', file);
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly WrittenCase[] };
  return cases.map(({ name = '', runs, ...written }) => ({
    name,
    values: decodeValues(written),
    runs: runs.map(([detector, options, drifts, warnings, widths]) => ({
      detector,
      options,
      drifts,
      warnings,
      widths,
    })),
  }));
}

function decodeValues({ digits, bits, doubles = '' }: Omit<WrittenCase, 'runs'>): Float64Array {
  if (digits !== undefined) return Float64Array.from(digits, Number);
  if (bits !== undefined)
    return Float64Array.from(BigInt(`0x${bits}`).toString(2).slice(1), Number);
  return decodeDoubles(doubles);
}

function decodeDoubles(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
}

/** Ascending indices as runs: first, last, first, last, … */
export function runsOf(indices: readonly number[]): readonly number[] {
  return indices.flatMap((index, i) => [
    ...(indices[i - 1] === index - 1 ? [] : [index]),
    ...(indices[i + 1] === index + 1 ? [] : [index]),
  ]);
}
