import { describe, expect, it } from 'vitest';
import { createStyle } from '../../../cli/render/style.js';
import type { RolloutDocument } from '../../../cli/rollout/document.js';
import { rolloutLines } from '../../../cli/rollout/view.js';
import { rolloutSpec } from '../../../contracts/index.js';

const plain = createStyle({ isTTY: false }, {});
const rollout = (over: Partial<RolloutDocument> = {}): RolloutDocument => ({
  model: 'coffee',
  rolloutId: 'r1',
  from: 1,
  to: 2,
  spec: rolloutSpec({ strategy: 'canary', stickyBy: 'customer' }),
  status: 'running',
  step: 2,
  detail: 'compares the arms (1 of 3 looks passed, the last: pass); looks now',
  route: null,
  measurements: [
    {
      number: 1,
      at: '2026-01-01T00:00:00.000Z',
      verdict: 'pass',
      reason: 'errorRate: 0 against 0; shown to be no worse by the margin of 0.02',
      champion: { version: 1, rows: 900, labelled: 0, values: {} },
      challenger: { version: 2, rows: 100, labelled: 0, values: {} },
      metrics: [],
    },
  ],
  nextAt: null,
  reason: 'new features',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  stages: ['smoke request', '10 %', 'analyse', '50 %', 'analyse', 'end'],
  arms: [
    { version: 1, weightPercent: 90 },
    { version: 2, weightPercent: 10 },
  ],
  champion: 1,
  gateways: [{ id: 'a', address: 'http://127.0.0.1:7700', route: 1, isUpToDate: true }],
  ...over,
});

describe('a rollout in words', () => {
  it('says what is done, at which stage, who answers, and what the looks said', () => {
    expect(rolloutLines(rollout(), 100, plain)).toEqual([
      '▸ coffee: canary of version 2 beside version 1, running',
      '  compares the arms (1 of 3 looks passed, the last: pass); looks now',
      '  smoke request → 10 % → [analyse] → 50 % → analyse → end',
      `  version 1    ${'█'.repeat(36)}${'░'.repeat(4)}  90 %`,
      `  version 2    ${'█'.repeat(4)}${'░'.repeat(36)}  10 %`,
      '  the same customer keeps its version',
      '  the gateway applies it',
      '  look     rows  verdict  reason',
      '     1  100/900  pass     errorRate: 0 against 0; shown to be no worse by the margin of 0.02',
    ]);
  });

  it('a version that passed and is kept as was asked is no failure', () => {
    const spec = rolloutSpec({ strategy: 'canary', whenPassed: 'keep' });
    const firstLine = (step: number) =>
      rolloutLines(rollout({ spec, status: 'kept-champion', step }), 100, plain)[0];
    expect(firstLine(5)).toBe('✓ coffee: canary of version 2 beside version 1, kept-champion');
    expect(firstLine(4)).toBe('✗ coffee: canary of version 2 beside version 1, kept-champion');
  });

  it('names the gateways that are behind', () => {
    const gateways = [{ id: 'b', address: '', route: null, isUpToDate: false }];
    expect(rolloutLines(rollout({ gateways }), 100, plain)).toContain(
      '  gateway b is behind (route none)',
    );
  });

  it.each([40, 60, 80])('fits a terminal of %i columns', (width) => {
    for (const line of rolloutLines(rollout(), width, plain)) {
      expect(line.length).toBeLessThanOrEqual(width);
    }
  });
});
