import { describe, expect, it } from 'vitest';
import type { FeatureSkewSpec } from '../../../contracts/index.js';
import { lookedUpColumn } from '../../../models/predictions/ports.js';
import { measureFeatureSkew } from '../../../monitoring/measuring/measure-feature-skew.js';
import type { WindowContext } from '../../../monitoring/measuring/window-part.js';
import { type Column, pickColumns } from '../../../storage/tabular/table.js';
import { featureDirectory, viewOf } from '../../models/features/feature-files.js';

const files = featureDirectory();
const VIEW = viewOf(
  'entity: rider\ntimestamp: known_at\nsource: riders.csv\nfeatures: {trips: number}',
  'riders',
);

/** Four rows of rider 1 on a day on which the source says 5. */
const COLUMNS: readonly Column[] = [
  { name: 'rider', kind: 'string', values: ['1', '1', '1', '1'] },
  { name: 'trips', kind: 'number', values: Float64Array.of(5, 5, 5, 4) },
  { name: lookedUpColumn('trips'), kind: 'boolean', values: Float64Array.of(1, 1, 1, 1) },
  {
    name: '__eventTime',
    kind: 'timestamp',
    values: new Float64Array(4).fill(Date.UTC(2024, 0, 2)),
  },
];

async function measured(
  spec: FeatureSkewSpec | undefined,
  columns: readonly Column[] = COLUMNS,
  baseDirectory = files.root,
) {
  await files.file('riders.csv', 'rider,known_at,trips\n1,2024-01-01,5\n');
  const table = { rows: 4, metadata: {}, columns };
  // What this part asks of a window, and nothing else.
  const context = {
    request: { spec: { featureSkew: spec } },
    version: { baseDirectory, content: { features: [{ definition: VIEW, columns: ['trips'] }] } },
    rows: { rows: 4, read: async (names: readonly string[]) => pickColumns(table, names) },
    pause: async () => undefined,
  } as unknown as WindowContext;
  return (await measureFeatureSkew(context)).featureSkew;
}

describe('the skew of a window', () => {
  it('is past its limit where more of the values of a feature differ', async () => {
    expect(await measured({ maxShare: 0.2, tolerance: 1e-6 })).toEqual({
      share: 0.25,
      limit: 0.2,
      verdict: 'skew',
      features: [
        { view: 'riders', feature: 'trips', rows: 4, differing: 1, missing: 0, share: 0.25 },
      ],
    });
    expect(await measured({ maxShare: 0.25, tolerance: 1e-6 })).toMatchObject({
      verdict: 'no-skew',
    });
    expect(await measured({ maxShare: 0.01, tolerance: 0.3 })).toMatchObject({ share: 0 });
  });

  it('is not there where the monitor does not watch it', async () => {
    expect(await measured(undefined)).toBeUndefined();
  });

  it('says why it cannot be told, and lets the rest of the window be measured', async () => {
    const spec = { maxShare: 0.01, tolerance: 1e-6 };
    expect(await measured(spec, COLUMNS.slice(1))).toMatchObject({
      share: null,
      verdict: 'insufficient',
      note: expect.stringContaining('the log does not say'),
    });
    expect(await measured(spec, COLUMNS, '/nowhere')).toMatchObject({
      share: null,
      verdict: 'insufficient',
      note: expect.stringContaining('feature view riders: no file at'),
    });
  });
});
