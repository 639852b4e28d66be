import { describe, expect, test } from 'vitest';
import type { ModelManifest, MonitorSpec } from '../../../contracts/index.js';
import { checkMonitor } from '../../../monitoring/measuring/check-monitor.js';
import { newVersion } from '../../models/registry/sample-records.js';
import { CLASSIFIER, LINEAR } from '../../models/serving/serving-fixture.js';
import { SPEC } from '../policy/measured.js';

const { content } = newVersion('bikes');
const regression: ModelManifest = { ...content, task: 'regression', signature: LINEAR };
const classification: ModelManifest = {
  ...content,
  task: 'classification',
  signature: CLASSIFIER,
};
const OF_CLASSES: Partial<MonitorSpec> = { performance: null };

function refusal(manifest: ModelManifest, over: Partial<MonitorSpec>): string {
  try {
    checkMonitor(manifest, { ...SPEC, ...over });
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test('a monitor that fits is let pass', () => {
  expect(refusal(regression, { slices: [{ name: 's', where: [{ column: 'hour' }] }] })).toBe('');
  expect(
    refusal(classification, {
      ...OF_CLASSES,
      fairness: [{ column: 'a', criterion: 'equalisedOdds', positive: 'high' }],
    }),
  ).toBe('');
});

describe('what the model does not have is refused by its name', () => {
  const features = { shareOfColumns: 0.1, columns: ['a', 'temprature'] };
  test.each<[string, ModelManifest, Partial<MonitorSpec>, string]>([
    ['a time', regression, { timeColumn: 'day' }, 'time names day'],
    [
      'a watched input',
      regression,
      { drift: { ...SPEC.drift, features } },
      'drift.features.columns names temprature',
    ],
    [
      'a limit of a context column',
      regression,
      { quality: { columns: { hour: { missing: 0.1 } } } },
      'quality.columns names hour',
    ],
    [
      'a column of a slice',
      regression,
      { slices: [{ name: 'old', where: [{ column: 'age', to: 3 }] }] },
      'slice old names age',
    ],
    [
      'a metric of another task',
      classification,
      {},
      'performance.metric is mae, which a classification does not have',
    ],
    [
      'fairness of numbers',
      regression,
      { fairness: [{ column: 'a', criterion: 'demographicParity' }] },
      'fairness is of classes, this is a regression',
    ],
    [
      'a favourable class that there is not',
      classification,
      {
        ...OF_CLASSES,
        fairness: [{ column: 'a', criterion: 'demographicParity', positive: 'yes' }],
      },
      'fairness.positive is yes, the classes are low, high',
    ],
  ])('%s', (_name, manifest, over, message) => {
    expect(refusal(manifest, over)).toContain(message);
  });

  test('all of it at once', () => {
    const message = refusal(regression, { timeColumn: 'day', drift: { ...SPEC.drift, features } });
    expect(message.split('; ')).toHaveLength(2);
  });
});
