import { describe, expect, test } from 'vitest';
import { CONCEPT_DETECTORS } from '../../contracts/index.js';
import { createDetector, findDetector } from '../../monitoring/drift/index.js';
import { pipelineJsonSchema } from '../../pipelines/json-schema.js';
import { DETECTOR_OPTIONS } from '../../pipelines/schema/detector-options.js';

/** Either side of every limit that an option has, and values of other types. */
const PROBES = [
  ...[-1e101, -1e100, -1, 0, 1e-9, 0.5, 1, 1.5, 2, 3, 4, 59, 60, 999, 1_000, 1_001, 5_000, 5_001],
  ...[10_000, 10_001, 1e9, 1e9 + 1, 2 ** 32 - 1, 2 ** 32, 1e100, 1e101],
  ...[true, null, 'up', 'down', 'both', 'sideways'],
];

function isTaken(detector: string, options: object): boolean {
  try {
    createDetector(detector, { ...options });
    return true;
  } catch {
    return false;
  }
}

describe.each(CONCEPT_DETECTORS)('options of %s', (detector) => {
  const names = Object.keys(findDetector(detector).options);

  test.each(names)('%s takes in a pipeline what the detector takes', (name) => {
    for (const value of PROBES) {
      const options = { [name]: value };
      const read = DETECTOR_OPTIONS[detector].safeParse(options);
      expect(read.success, `${name}: ${value}`).toBe(isTaken(detector, options));
    }
  });

  test('there is no other', () => {
    expect(DETECTOR_OPTIONS[detector].safeParse({ other: 1 }).success).toBe(false);
    expect(findDetector(detector).multivariate).toBe(false);
  });
});

test('editors are told the ranges', () => {
  const text = JSON.stringify(pipelineJsonSchema());
  expect(text).toContain('"const":"page-hinkley"');
  expect(text).toContain('"statSize":{"type":"integer","minimum":2,"maximum":5000}');
});
