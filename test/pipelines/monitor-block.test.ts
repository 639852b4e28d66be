// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of the language

import { describe, expect, test } from 'vitest';
import { FAIRNESS_CRITERIA, MONITORED_MULTIVARIATE_METHODS } from '../../contracts/index.js';
import { fairness, MULTIVARIATE_METHODS } from '../../monitoring/drift/index.js';
import { compilePipeline } from '../../pipelines/index.js';

const HEAD = `apiVersion: millrace/v1
name: demo
model: m
params:
  from: {type: date, default: 2011-01-01}
steps: {a: {uses: noop}}
`;

function compile(monitor: string) {
  return compilePipeline(`${HEAD}monitor:\n  time: t\n${monitor}`, {
    file: 'demo.yaml',
    baseDirectory: '/',
  });
}

function monitorOf(monitor: string) {
  const compiled = compile(monitor);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
  return compiled.plan.monitor;
}

/** `line:column code text` of each error; the block begins in line 9. */
function places(monitor: string): readonly string[] {
  const compiled = compile(monitor);
  if (compiled.ok) return [];
  return compiled.errors.map(({ line, column, code, text }) => `${line}:${column} ${code} ${text}`);
}

describe('a monitor block with everything', () => {
  const full = monitorOf(`
  window: { every: 7d, slide: 1d, minRows: 50 }
  reference: { sameSeason: 365d }
  quality:
    missing: 5%
    duplicates: 1%
    columns: { temperature: { outOfRange: 0.1 } }
    volume: { below: 50%, above: 300% }
  freshness: { maxSilence: 6h }
  drift:
    features: { shareOfColumns: 10%, distance: 0.3, columns: [temperature] }
    confidence: { distance: 0.2 }
    multivariate: { method: domain-classifier }
  performance: { metric: mae, worseThan: 20% }
  estimate: {}
  slices:
    - { name: winter nights, where: { season: [1, 4], hour: { to: 6 }, holiday: true } }
  fairness: [{ column: district, minRatio: 0.8 }]
  outliers: {}
  shadow: {}
  service: { latencyP99: 200ms, errorShare: 1%, uptime: 99%, cpu: 1.5, memory: 2GiB }
  risk: medium
  review: { confidenceBelow: 0.6 }
  notify: [ops, { channel: pager, severity: critical, repeat: 4h }]
  respond:
    dataQuality: quarantine
    dataDrift: { action: retrain, when: "drift.share > 0.3 && rows > 1000", risk: high, undo: 2h, notify: [ops] }
    conceptDrift: retrain
    conditions:
      - { name: revenue down, when: "has(business.revenue) && business.revenue.mean < 10", action: hold }
    automation: train
    retrain:
      data: { combined: { oldWeight: 20% } }
      params: { from: "\${data.from}" }
      newLabels: 500
      maxAge: 30d
      continuous: {}
    promote: { margin: 2%, older: 28d }
    guards:
      exit: 2 of 2
      quietHours: { from: "22:00", to: "06:00", timezone: Europe/Berlin }
      minLabels: 200
`);

  test('says what is watched', () => {
    expect(full).toMatchObject({
      window: { everyMs: 7 * 86_400_000, slideMs: 86_400_000, minRows: 50 },
      reference: { kind: 'sameSeason', lagMs: 365 * 86_400_000 },
      quality: {
        missing: 0.05,
        duplicates: 0.01,
        columns: { temperature: { outOfRange: 0.1 } },
        volume: { below: 0.5, above: 3 },
      },
      freshness: { maxSilenceMs: 6 * 3_600_000 },
      drift: {
        features: { shareOfColumns: 0.1, distance: 0.3, columns: ['temperature'] },
        confidence: { distance: 0.2 },
        multivariate: { method: 'domain-classifier', options: {} },
      },
      slices: [
        {
          name: 'winter nights',
          where: [
            { column: 'season', values: [1, 4] },
            { column: 'hour', to: 6 },
            { column: 'holiday', values: [true] },
          ],
        },
      ],
      fairness: [{ column: 'district', criterion: 'demographicParity', minRatio: 0.8 }],
      outliers: { maxShare: 0.05 },
      shadow: { maxRows: 10_000 },
      service: {
        latencyP99Ms: 200,
        errorShare: 0.01,
        uptimeShare: 0.99,
        cpuShare: 1.5,
        memoryBytes: 2 * 2 ** 30,
      },
    });
  });

  test('an estimate has the metric and limit of performance where it names none', () => {
    expect(full?.estimate).toEqual({ metric: 'mae', worseThanShare: 0.2 });
  });

  test('says what follows', () => {
    expect(full).toMatchObject({
      risk: 'medium',
      review: { confidenceBelow: 0.6, perWindow: 50 },
      notify: [
        { channel: 'ops' },
        { channel: 'pager', severity: 'critical', repeatMs: 4 * 3_600_000 },
      ],
      respond: {
        dataQuality: 'quarantine',
        dataDrift: {
          action: 'retrain',
          when: 'drift.share > 0.3 && rows > 1000',
          risk: 'high',
          undoMs: 2 * 3_600_000,
          notify: ['ops'],
        },
        performance: 'retrain',
        conditions: [{ name: 'revenue down', action: 'hold' }],
        automation: 'train',
        retrain: {
          data: { kind: 'combined', oldWeight: 0.2 },
          newLabels: 500,
          maxAgeMs: 30 * 86_400_000,
          continuous: { minLabels: 1 },
        },
        promote: { margin: 0.02, olderMs: 28 * 86_400_000 },
        guards: {
          exit: { count: 2, of: 2 },
          quietHours: { from: '22:00', to: '06:00', timezone: 'Europe/Berlin' },
          minLabels: 200,
        },
      },
    });
  });
});

test('what a file does not name is not in its plan, so that its hash stays what it was', () => {
  const plain = monitorOf('');
  expect(Object.keys(plain ?? {})).toEqual([
    'timeColumn',
    'window',
    'labels',
    'drift',
    'performance',
    'respond',
  ]);
  expect(Object.keys(plain?.respond ?? {})).toEqual([
    'dataDrift',
    'performance',
    'regressionAfterDeploy',
    'retrain',
    'guards',
  ]);
});

describe('errors', () => {
  test.each([
    [
      'an action that is none here',
      '  respond: {predictionDrift: retrain}',
      ['9:30 bad-value retrain'],
    ],
    [
      'the same written out',
      '  respond: {predictionDrift: {action: retrain}}',
      ['9:39 bad-value retrain'],
    ],
    ['an unknown verdict', '  respond: {conceptDrfit: retrain}', ['9:13 unknown-key conceptDrfit']],
    [
      'a name that is no measurement',
      '  respond: {dataDrift: {action: retrain, when: drift.shar > 0.1}}',
      ['9:48 unknown-name drift.shar'],
    ],
    [
      'a condition that is a number',
      '  respond: {dataDrift: {action: retrain, when: drift.share}}',
      ['9:48 type-mismatch drift.share'],
    ],
    [
      'two conditions of one name',
      '  respond: {conditions: [{name: a, when: rows > 1}, {name: a, when: rows > 2}]}',
      ['9:60 bad-value a'],
    ],
    [
      'concept drift said twice',
      '  respond: {performance: alert, conceptDrift: alert}',
      ['9:33 misplaced conceptDrift'],
    ],
    ['an unknown reference', '  reference: {trailng: 7d}', ['9:14 wrong-type {trailng: 7d}']],
    [
      'a slice that is empty',
      '  performance: {metric: mae}\n  slices: [{name: a, where: {x: {from: 3, to: 1}}}]',
      ['10:33 bad-value {from: 3, to: 1}'],
    ],
    ['slices without a metric', '  slices: [{name: a, where: {x: 1}}]', ['9:3 misplaced slices']],
    ['a share past 100 %', '  quality: {missing: 110%}', ['9:22 bad-value 110%']],
    ['a volume of nothing', '  quality: {volume: {below: 0}}', ['9:29 out-of-range 0']],
    ['a size of no unit', '  service: {memory: 2GB}', ['9:21 bad-value 2GB']],
    [
      'an unknown criterion',
      '  fairness: [{column: c, criterion: parity}]',
      ['9:37 bad-value parity'],
    ],
    [
      'windows by time and by rows',
      '  window: {slide: 1d, rows: 5}',
      ['9:11 bad-value {slide: 1d, rows: 5}'],
    ],
    [
      'windows that leave rows out between them',
      '  window: {every: 1d, slide: 25h}',
      ['9:30 bad-value 25h'],
    ],
    ['a slide beyond the length that is not said', '  window: {slide: 8d}', ['9:19 bad-value 8d']],
    ['an exit that cannot be', '  respond: {guards: {exit: 4 of 3}}', ['9:28 out-of-range 4 of 3']],
    [
      'quiet hours of no place',
      '  respond: {guards: {quietHours: {from: "22:00", to: "06:00", timezone: Europe/Berln}}}',
      ['9:73 bad-value Europe/Berln'],
    ],
    [
      'quiet hours of no length',
      '  respond: {guards: {quietHours: {from: "22:00", to: "22:00"}}}',
      ['9:34 out-of-range {from: "22:00", to: "22:00"}'],
    ],
    [
      'an unknown choice of data',
      '  respond: {retrain: {data: afterCt}}',
      ['9:29 bad-value afterCt'],
    ],
    ['an estimate of nothing', '  estimate: {}', ['9:3 missing-key estimate']],
    [
      'an unknown multivariate method',
      '  drift: {multivariate: {method: pca}}',
      ['9:34 bad-value pca'],
    ],
    ['an unknown automation', '  respond: {automation: auto}', ['9:25 bad-value auto']],
  ])('%s', (_name, monitor, expected) => {
    expect(places(monitor)).toEqual(expected);
  });
});

describe('warnings', () => {
  const warningsOf = (monitor: string) => {
    const compiled = compile(monitor);
    return compiled.ok ? compiled.warnings : [];
  };

  test.each([
    [
      'a response to what is not watched',
      '  respond: {fairness: alert}',
      'monitor.respond.fairness is given, but monitor.fairness is not there',
    ],
    [
      'a choice of data that no parameter reads',
      '  respond: {retrain: {data: afterCut, params: {from: 2011-01-01}}}',
      'monitor.respond.retrain.data chooses rows that no parameter reads: write from: ${data.from} and to: ${data.to} in monitor.respond.retrain.params',
    ],
    [
      'a retraining by volume on the same data again',
      '  respond: {retrain: {newRows: 1000}}',
      'monitor.respond.retrain.params is empty: a retraining would run on the defaults, the same data again',
    ],
  ])('%s', (_name, monitor, expected) => {
    expect(warningsOf(monitor)).toEqual([expected]);
  });
});

test('the names of methods and criteria are those of the library', () => {
  const needless = MULTIVARIATE_METHODS.filter(({ name }) => !name.endsWith('-uncertainty'));
  expect([...MONITORED_MULTIVARIATE_METHODS].sort()).toEqual(
    needless.map(({ name }) => name).sort(),
  );
  const report = fairness({ decisions: [1], labels: null, groups: ['a'] });
  expect(Object.keys(report)).toEqual(expect.arrayContaining([...FAIRNESS_CRITERIA]));
});
