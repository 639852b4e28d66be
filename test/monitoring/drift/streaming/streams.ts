import type { DetectorDescriptor } from '../../../../monitoring/drift/streaming/index.js';
import { fc } from '../../../support/property.js';

/** Options under which every detector is quick to begin, and to alarm, on short streams. */
export const EAGER: Readonly<Record<string, { readonly [name: string]: unknown }>> = {
  adwin: { clock: 1, delta: 0.3 },
  ddm: { warmStart: 5, warningThreshold: 1, driftThreshold: 1.5 },
  eddm: { warmStart: 3 },
  'hddm-a': { driftConfidence: 0.1, warningConfidence: 0.2, twoSided: true },
  'hddm-w': { driftConfidence: 0.1, warningConfidence: 0.2, twoSided: true },
  'page-hinkley': { minInstances: 5, threshold: 3 },
  kswin: { windowSize: 20, statSize: 6, alpha: 0.2 },
  cusum: { minInstances: 5, threshold: 3 },
  'online-mmd': { referenceSize: 24, windowSize: 4, expectedRunTime: 10, bootstraps: 100 },
  'online-lsdd': {
    referenceSize: 24,
    windowSize: 4,
    expectedRunTime: 10,
    bootstraps: 100,
    centres: 6,
  },
};

/** Streams that the detector takes, of a few levels so that there is something to find. */
export function streamFor({ input }: DetectorDescriptor): fc.Arbitrary<number[]> {
  const value =
    input === 'error'
      ? fc.constantFrom(0, 1)
      : input === 'share'
        ? fc.double({ min: 0, max: 1, noNaN: true })
        : fc.oneof(
            fc.double({ min: -5, max: 5, noNaN: true }),
            fc.integer({ min: -3, max: 3 }),
            fc.double({ min: -1e100, max: 1e100, noNaN: true }),
          );
  const level = fc
    .tuple(value, fc.array(value, { minLength: 1, maxLength: 30 }), fc.boolean())
    .map(([one, several, constant]) => (constant ? several.map(() => one) : several));
  return fc.array(level, { minLength: 1, maxLength: 6 }).map((levels) => levels.flat());
}
