import { describe, expect, it } from 'vitest';
import {
  createDetector,
  DETECTORS,
  findDetector,
  restoreDetector,
} from '../../../../monitoring/drift/streaming/index.js';
import { fc } from '../../../support/property.js';
import { alarmsOn } from './alarms.js';
import { EAGER, streamFor } from './streams.js';

/** Errors one time in ten, then every time: no detector may miss it. */
const RISE = Array.from({ length: 700 }, (_, i) => (i > 400 || i % 10 === 0 ? 1 : 0));

/** What every detector must keep to, whatever it watches for. */
describe.each(DETECTORS)('$name', (descriptor) => {
  const { name } = descriptor;
  const eager = () => createDetector(name, EAGER[name]);
  const stream = streamFor(descriptor);

  it('continues from a snapshot bit for bit, wherever the stream is cut', () => {
    fc.assert(
      fc.property(stream, fc.nat(), (values, anywhere) => {
        const cut = anywhere % (values.length + 1);
        const whole = eager();
        for (const value of values.slice(0, cut)) whole.update(value);
        const resumed = restoreDetector(JSON.parse(JSON.stringify(whole.snapshot())));
        expect(resumed.snapshot()).toEqual(whole.snapshot());
        expect(resumed.sinceChange).toBe(whole.sinceChange);
        const rest = values.slice(cut);
        expect(alarmsOn(resumed, rest)).toEqual(alarmsOn(whole, rest));
        // Equal text is equal bits: JSON writes every double so that it reads back the same.
        expect(JSON.stringify(resumed.snapshot())).toBe(JSON.stringify(whole.snapshot()));
      }),
      { numRuns: name.startsWith('online') ? 60 : 150 },
    );
  });

  it('alarms on some streams, never warns beside a drift, and never holds a NaN', () => {
    let drifts = 0;
    fc.assert(
      fc.property(stream, (values) => {
        const detector = eager();
        for (const value of values) {
          const { warning, drift } = detector.update(value);
          expect(warning && drift).toBe(false);
          if (drift) drifts += 1;
          const since = detector.sinceChange;
          if (drift) {
            expect(since).toBeGreaterThanOrEqual(1);
            expect(since).toBeLessThanOrEqual(detector.seen);
          } else {
            expect(since).toBeNull();
          }
        }
        expect(detector.seen).toBe(values.length);
        expect(JSON.stringify(detector.snapshot().state)).not.toMatch(/NaN|Infinity/);
        restoreDetector(detector.snapshot());
      }),
      { numRuns: name.startsWith('online') ? 60 : 150, examples: [[RISE]] },
    );
    expect(drifts).toBeGreaterThan(0);
  });

  it('is as new after a reset', () => {
    fc.assert(
      fc.property(stream, stream, (before, after) => {
        const [used, fresh] = [eager(), eager()];
        for (const value of before) used.update(value);
        used.reset();
        expect(used.snapshot()).toEqual(fresh.snapshot());
        expect(alarmsOn(used, after)).toEqual(alarmsOn(fresh, after));
      }),
      { numRuns: 30 },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e101])(
    'refuses %s and is left as it was',
    (bad) => {
      const detector = eager();
      for (let i = 0; i < 40; i += 1) detector.update(i % 2);
      const before = detector.snapshot();
      expect(() => detector.update(bad)).toThrow(RangeError);
      expect(() => detector.update(bad)).toThrow(`${name} takes `);
      expect(detector.snapshot()).toEqual(before);
    },
  );

  it('finds nothing in a constant stream', () => {
    for (const value of [0, 1]) {
      const detector = createDetector(name, name.startsWith('online') ? EAGER[name] : {});
      expect(alarmsOn(detector, new Float64Array(3000).fill(value)).drifts).toEqual([]);
    }
  });

  if (descriptor.input === 'number' && !name.startsWith('online')) {
    it('takes rounding for no drift, however far from 0 the values lie', () => {
      for (const value of [1e15 / 3, -1e30 / 7, 1e100]) {
        const constant = new Float64Array(10_000).fill(value);
        expect(alarmsOn(createDetector(name), constant).drifts).toEqual([]);
      }
    });
  }

  it('refuses what is no value at all', () => {
    const detector = eager();
    for (const bad of [null, undefined, true, '1', {}]) {
      expect(() => detector.update(bad as unknown as number)).toThrow(RangeError);
    }
    expect(detector.seen).toBe(0);
  });

  it('refuses an unknown option and says which there are', () => {
    const known = Object.keys(descriptor.options).join(', ');
    expect(() => createDetector(name, { sensitivity: 1 })).toThrow(
      `${name} has no option 'sensitivity'; it has ${known}`,
    );
  });

  it.each(Object.keys(descriptor.options))('refuses %s out of its range', (option) => {
    for (const bad of [Number.NaN, -1e200, 'much', {}]) {
      expect(() => createDetector(name, { [option]: bad })).toThrow(
        `${name}: ${option} must be ${descriptor.options[option]?.range}`,
      );
    }
    const standard = descriptor.options[option]?.default;
    expect(createDetector(name, { [option]: standard }).options[option]).toBe(standard);
  });

  it('refuses snapshots that it did not write', () => {
    const good = eager().snapshot();
    expect(() => restoreDetector({ ...good, version: 99 })).toThrow('version 99');
    expect(() => restoreDetector({ ...good, state: {} })).toThrow(`snapshot of ${name}: state.`);
    expect(() => restoreDetector({ ...good, state: null })).toThrow('state must be an object');
    expect(() => restoreDetector({ ...good, seen: -1 })).toThrow('seen or last');
    expect(() => restoreDetector({ ...good, options: { sensitivity: 1 } })).toThrow('no option');
  });
});

describe('a warning that could only come after the drift', () => {
  it.each([
    ['ddm', { driftThreshold: 1.5 }],
    ['hddm-a', { driftConfidence: 0.05 }],
    ['hddm-w', { driftConfidence: 0.05 }],
  ])('is never said: %s %j', (name, options) => {
    const values = Array.from({ length: 600 }, (_, i) =>
      (i * 7) % 10 < (i < 300 ? 2 : 6) ? 1 : 0,
    );
    const { drifts, warnings } = alarmsOn(createDetector(name, options), values);
    expect(drifts.length).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
  });
});

describe('the registry', () => {
  it('finds EDDM as earliest too', () => {
    expect(findDetector('earliest')).toBe(findDetector('eddm'));
  });

  it('lists what exists for an unknown name', () => {
    expect(() => createDetector('adwinn')).toThrow(
      `no detector is called 'adwinn'; there are ${DETECTORS.map(({ name }) => name).join(', ')}`,
    );
  });

  it.each([null, 3, [], {}, { detector: 'adwin' }])('takes %j for no snapshot', (value) => {
    expect(() => restoreDetector(value)).toThrow('this is no snapshot');
  });

  it.each([
    ['eddm', { alpha: 0.8, beta: 0.9 }, 'beta (0.9) must be at most alpha (0.8)'],
    ['kswin', { windowSize: 50 }, 'windowSize (50) must be at least twice statSize (30)'],
    ['online-mmd', { windowSize: 200 }, 'must be at least four times windowSize (200)'],
    ['online-lsdd', { bootstraps: 500 }, 'bootstraps (500) must be at least expectedRunTime'],
  ])('%s refuses %j: %s', (name, options, message) => {
    expect(() => createDetector(name, options)).toThrow(message);
  });
});

it('ADWIN holds a window of a million values in a few hundred numbers', () => {
  const detector = createDetector('adwin');
  for (let i = 0; i < 1_000_000; i += 1) detector.update(i % 2);
  const { state } = detector.snapshot();
  expect((state['counts'] as number[]).reduce((sum, count, row) => sum + count * 2 ** row, 0)).toBe(
    1_000_000,
  );
  expect((state['totals'] as number[]).length).toBeLessThan(6 * 20);
});
