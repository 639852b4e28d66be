import { describe, expect, it, test } from 'vitest';
import { createDetector } from '../../../../monitoring/drift/streaming/index.js';
import { alarmsOn } from './alarms.js';
import { riverCases, runsOf } from './river-fixture.js';

/** The indices that River's own tests expect, written out here: no fixture can move them. */
const EXPECTED = [
  ['s1', 'adwin', {}, [1023]],
  ['s1', 'kswin', { alpha: 0.0001, windowSize: 200, statSize: 100 }, [1042]],
  ['s2', 'ddm', {}, [1049]],
  ['s2', 'eddm', { alpha: 0.9, beta: 0.8 }, [1059]],
  ['s2', 'earliest', { alpha: 0.9, beta: 0.8 }, [1059]],
  ['s2', 'hddm-a', {}, [1047]],
  ['s3', 'hddm-a', { twoSided: true }, [531, 1015, 1545]],
  ['s2', 'hddm-w', {}, [1018]],
  ['s3', 'hddm-w', { twoSided: true }, [507, 1032, 1508]],
  ['s3', 'page-hinkley', { mode: 'up' }, [588, 1681]],
  ['s3', 'page-hinkley', { mode: 'down' }, [1172]],
  ['s3', 'page-hinkley', { mode: 'both' }, [588, 1097, 1585]],
  ['regression', 'adwin', {}, [1023, 2015, 3007]],
] as const;

describe("on the streams of River's own tests", () => {
  const streams = riverCases('detector-streams.json');

  test.each(EXPECTED)('%s: %s %j alarms at %j', (name, detector, options, expected) => {
    const stream = streams.find((candidate) => candidate.name === name);
    const { drifts } = alarmsOn(createDetector(detector, options), stream?.values ?? []);
    expect(drifts).toEqual(expected);
  });

  it('no error rate of ones is a drift to DDM', () => {
    expect(alarmsOn(createDetector('ddm'), new Float64Array(1000).fill(1)).drifts).toEqual([]);
  });
});

describe.each(['detector-streams.json', 'detector-cases.json'])('on every stream of %s', (file) => {
  const cases = riverCases(file);
  const names = [...new Set(cases.flatMap(({ runs }) => runs.map(({ detector }) => detector)))];

  it.each(names)('%s warns and alarms at the same indices as River', (name) => {
    const differing = cases.flatMap(({ values, runs }, stream) =>
      runs
        .filter(({ detector }) => detector === name)
        .flatMap(({ options, drifts, warnings, widths }) => {
          const found = alarmsOn(createDetector(name, options), values);
          const ages = name === 'adwin' ? found.ages : [];
          const ours = [found.drifts, runsOf(found.warnings), ages];
          const theirs = [drifts, warnings, widths];
          return JSON.stringify(ours) === JSON.stringify(theirs)
            ? []
            : [{ stream, options, ours, theirs }];
        }),
    );
    expect(differing).toEqual([]);
  });
});

it('the streams hold many drifts of each detector', () => {
  const runs = riverCases('detector-cases.json').flatMap((one) => one.runs);
  const drifts = (name: string) =>
    runs.filter(({ detector }) => detector === name).flatMap((run) => run.drifts).length;
  for (const name of ['adwin', 'ddm', 'eddm', 'hddm-a', 'hddm-w', 'page-hinkley', 'kswin']) {
    expect(drifts(name), name).toBeGreaterThan(50);
  }
});
