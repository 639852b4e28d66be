import type { FrameData, NamedColumn } from '../../../../monitoring/drift/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { normalMatrix } from './normal-matrix.js';

export function numbers(name: string, ...values: readonly number[]): NamedColumn {
  return { name, column: { kind: 'numeric', values: Float64Array.from(values) } };
}

export function categories(name: string, ...values: readonly (string | null)[]): NamedColumn {
  return { name, column: { kind: 'categorical', values } };
}

export function frame(...columns: readonly NamedColumn[]): FrameData {
  return { kind: 'frame', columns };
}

/** `numeric` normal columns and as many of three categories, one value in ten missing in the first. */
export function mixedFrame(seed: number, rows: number, numeric: number, shift = 0): FrameData {
  const random = seededRandom(seed + 1_000_000);
  const { values } = normalMatrix(seed, rows, numeric, shift);
  const columns: NamedColumn[] = [];
  for (let j = 0; j < numeric; j += 1) {
    const isMissing = () => j === 0 && random() < 0.1;
    const column = Array.from({ length: rows }, (_, i) =>
      isMissing() ? Number.NaN : (values[i * numeric + j] ?? 0),
    );
    const kinds = Array.from({ length: rows }, () => {
      const draw = random() + 0.3 * shift;
      return draw < 0.6 ? 'ash' : draw < 0.9 ? 'elm' : 'oak';
    });
    columns.push(numbers(`n${j}`, ...column), categories(`c${j}`, ...kinds));
  }
  return frame(...columns);
}
