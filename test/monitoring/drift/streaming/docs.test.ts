import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createDetector,
  DETECTORS,
  type Detector,
  restoreDetector,
} from '../../../../monitoring/drift/streaming/index.js';
import { packageRoot } from '../../../../setup/places.mjs';

const page = readFileSync(join(packageRoot(), 'docs', 'statistics', 'detectors.md'), 'utf8');

describe('docs/statistics/detectors.md', () => {
  it('shows an example that gives what the page says', () => {
    const code = /```ts example\n(.*?)```/s.exec(page)?.[1] ?? '';
    const body = code.replace(/^import .*$/m, '');
    const run = new Function(
      'createDetector',
      'restoreDetector',
      `${body}\nreturn { found, detector, resumed };`,
    ) as (
      create: unknown,
      restore: unknown,
    ) => {
      found: unknown;
      detector: Detector;
      resumed: Detector;
    };
    const { found, detector, resumed } = run(createDetector, restoreDetector);
    const said = /`found` is `([^`]+)`/.exec(page)?.[1];
    expect(JSON.stringify(found)).toBe(said);
    expect(resumed.snapshot()).toEqual(detector.snapshot());
  });

  it('names every detector and alias', () => {
    for (const { name, aliases } of DETECTORS) {
      for (const known of [name, ...aliases]) expect(page).toContain(`\`${known}\``);
    }
  });
});
