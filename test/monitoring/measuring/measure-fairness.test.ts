import { describe, expect, it } from 'vitest';
import type { FairnessSpec, ModelSignature } from '../../../contracts/index.js';
import type { ReferenceProfile } from '../../../monitoring/drift/index.js';
import { fairnessOf, MOST_GROUPS } from '../../../monitoring/measuring/measure-fairness.js';
import { monitorSpec } from './monitor-spec.js';
import {
  asClass,
  type Change,
  hoursOf,
  monitoredWorld,
  REFERENCE_WEEKS,
} from './monitored-world.js';

const LOANS: ModelSignature = {
  task: 'classification',
  inputs: [],
  context: [{ name: 'region', role: 'group', kind: 'string' }],
  output: { name: 'loan', kind: 'string', classes: ['refused', 'granted'] },
};

/** [group, answer, label, how many]. */
type Part = readonly [string | null, string, string | null, number];

function answers(...parts: readonly Part[]) {
  const rows = parts.flatMap(([group, answer, label, count]) =>
    Array.from({ length: count }, () => ({ group, answer, label })),
  );
  const column = (name: string, values: readonly (string | null)[]) =>
    ({ name, kind: 'string', values }) as const;
  return {
    predictions: column(
      'p',
      rows.map(({ answer }) => answer),
    ),
    labels: column(
      'l',
      rows.map(({ label }) => label),
    ),
    groups: column(
      'region',
      rows.map(({ group }) => group),
    ),
  };
}

const spec = (over: Partial<FairnessSpec> = {}): FairnessSpec => ({
  column: 'region',
  criterion: 'demographicParity',
  ...over,
});

const UNEVEN = answers(
  ['north', 'granted', 'granted', 60],
  ['north', 'refused', 'refused', 40],
  ['south', 'granted', 'granted', 35],
  ['south', 'refused', 'refused', 65],
);

describe('fairness of a window', () => {
  it('names the groups that differ and the limit that they pass', () => {
    expect(fairnessOf(spec(), LOANS, UNEVEN)).toMatchObject({
      column: 'region',
      criterion: 'demographicParity',
      verdict: 'unfair',
      difference: 0.25,
      lowest: 'south',
      highest: 'north',
      breach: 'rates differ by 0.25, more than 0.1',
    });
    expect(fairnessOf(spec({ maxDifference: 0.3 }), LOANS, UNEVEN)).toMatchObject({
      verdict: 'fair',
      breach: null,
    });
    expect(fairnessOf(spec({ maxDifference: 0.3, minRatio: 0.8 }), LOANS, UNEVEN).breach).toBe(
      'their ratio is 0.583, less than 0.8',
    );
  });

  it('is about the class that the monitor names, and about the second where it names none', () => {
    const refused = fairnessOf(spec({ positive: 'refused' }), LOANS, UNEVEN);
    expect(refused).toMatchObject({ lowest: 'north', highest: 'south', difference: 0.25 });
  });

  it('of a class that the model does not have is insufficient, never fair', () => {
    expect(fairnessOf(spec({ positive: 'perhaps' }), LOANS, UNEVEN)).toMatchObject({
      verdict: 'insufficient',
      difference: null,
    });
    const absent = { ...UNEVEN, groups: undefined };
    expect(fairnessOf(spec(), LOANS, absent).verdict).toBe('insufficient');
  });

  it('by demographic parity needs no label, by the other criteria labelled rows alone count', () => {
    const unlabelled = answers(
      ['north', 'granted', null, 60],
      ['north', 'refused', null, 40],
      ['south', 'granted', null, 35],
      ['south', 'refused', null, 65],
    );
    expect(fairnessOf(spec(), LOANS, unlabelled).verdict).toBe('unfair');
    const opportunity = spec({ criterion: 'equalOpportunity' });
    expect(fairnessOf(opportunity, LOANS, unlabelled).verdict).toBe('insufficient');
    const labelled = answers(
      ['north', 'granted', 'granted', 45],
      ['north', 'refused', 'granted', 5],
      ['south', 'granted', 'granted', 25],
      ['south', 'refused', 'granted', 25],
      ['south', 'refused', null, 500],
    );
    expect(fairnessOf(opportunity, LOANS, labelled)).toMatchObject({
      verdict: 'unfair',
      difference: 0.4,
    });
  });

  it('does not call chance unfair, nor rows without a group', () => {
    const few = answers(
      ['north', 'granted', null, 18],
      ['north', 'refused', null, 14],
      ['south', 'granted', null, 14],
      ['south', 'refused', null, 18],
      [null, 'granted', null, 500],
    );
    expect(fairnessOf(spec(), LOANS, few)).toMatchObject({ verdict: 'fair', difference: 0.125 });
  });

  it('compares the most frequent groups of a column that names each row', () => {
    const parts = Array.from(
      { length: 3 * MOST_GROUPS },
      (_, i): Part => [
        `customer ${i}`,
        i === 0 ? 'granted' : 'refused',
        null,
        i < MOST_GROUPS ? 40 : 30,
      ],
    );
    const measured = fairnessOf(spec(), LOANS, answers(...parts));
    expect(measured).toMatchObject({ verdict: 'unfair', difference: 1, highest: 'customer 0' });
  });
});

describe('a monitor that watches fairness', () => {
  const fair = (over: Partial<FairnessSpec> = {}) =>
    monitorSpec({ performance: null, fairness: [spec(over)] });
  const placed: Change = (hour) => ({
    ...asClass(hour),
    region: (hour.timeMs / 3_600_000) % 2 === 0 ? 'north' : 'south',
  });

  it('measures each window by a column that the model does not see, before any label', async () => {
    const world = await monitoredWorld(fair());
    const version = await world.register('classifier', hoursOf(0, REFERENCE_WEEKS, placed));
    const hours = hoursOf(REFERENCE_WEEKS, REFERENCE_WEEKS + 1, placed);
    const partial = ({ region }: { readonly region?: string }) =>
      region === 'north' ? 'high' : 'low';
    await world.serve(version, hours, partial, () => false);
    const [measured] = await world.measure(REFERENCE_WEEKS, version);
    expect(measured?.fairness).toMatchObject([
      { verdict: 'unfair', difference: 1, lowest: 'south', highest: 'north' },
    ]);
    const ref = (await world.registry.version('bike-demand', version))?.profile;
    if (ref == null) throw new Error('there is a profile');
    const profile = await world.artifacts.readJson<ReferenceProfile>(ref);
    expect(profile.fairness).toMatchObject([{ verdict: 'fair', column: 'region' }]);
  });

  it('is refused at registration where the model lacks its column or its class', async () => {
    const reference = hoursOf(0, REFERENCE_WEEKS, placed);
    const strange = await monitoredWorld(fair({ column: 'income' }));
    await expect(strange.register('classifier', reference)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('income'),
    });
    const perhaps = await monitoredWorld(fair({ positive: 'perhaps' }));
    await expect(perhaps.register('classifier', reference)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('the classes are low, high'),
    });
  });

  it('of a regression is refused too', async () => {
    const world = await monitoredWorld(fair());
    await expect(world.register('linear')).rejects.toThrow('fairness is of classes');
  });
});
