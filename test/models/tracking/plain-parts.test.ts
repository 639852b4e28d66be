import { describe, expect, test } from 'vitest';
import { mirrorableAlias } from '../../../models/tracking/alias-name.js';
import { chunked, clipped, mlflowName } from '../../../models/tracking/limits.js';
import { parseSubject, subjectText } from '../../../models/tracking/subject.js';
import { trackingTarget } from '../../../models/tracking/target.js';
import { errorOfAnswer, errorOfSilence } from '../../../models/tracking/tracking-error.js';
import { windowMetrics } from '../../../models/tracking/window-metrics.js';
import { fc } from '../../support/property.js';
import { measurement } from '../registry/sample-records.js';

/** What MLflow 3 takes as the name of a param, a metric or a tag. */
function isTaken(name: string): boolean {
  const parts = name.split('/');
  return (
    /^[/\p{L}\p{N}_.\- :]{1,250}$/u.test(name) &&
    !parts.some((part) => ['', '.', '..'].includes(part))
  );
}

describe('names', () => {
  test('keep letters of any script, and lose what MLflow does not take', () => {
    expect(mlflowName('größe (m²)/a')).toBe('größe _m²_/a');
    expect(mlflowName('../../etc/passwd')).toBe('__/__/etc/passwd');
    expect(mlflowName('/a//b/')).toBe('a/b');
    expect(mlflowName('')).toBe('_');
  });

  test('are such as MLflow takes, whatever they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        expect(isTaken(mlflowName(text))).toBe(true);
      }),
    );
  });

  test('of aliases keep clear of the words that MLflow reserves', () => {
    expect(mirrorableAlias('champion')).toBe('champion');
    for (const word of ['latest', 'Latest', 'v2', 'V10']) {
      expect(mirrorableAlias(word)).toBe(`alias-${word}`);
    }
    expect(mirrorableAlias('a b:c')).toBe('a-b-c');
  });
});

test('texts are cut at their limit, never inside a character', () => {
  expect(clipped('abc', 3)).toBe('abc');
  expect(clipped('abcd', 3)).toBe('ab…');
  expect(clipped('a🚲🚲', 3)).toBe('a…');
});

test('batches hold everything once, in order', () => {
  expect(chunked([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunked([], 2)).toEqual([]);
});

describe('the server', () => {
  test('is named without its credentials', () => {
    const target = trackingTarget({ MLFLOW_TRACKING_URI: 'https://ada:s%3Acret@ml.example/x/' });
    expect(target).toEqual({
      name: 'https://ml.example/x',
      authorization: `Basic ${Buffer.from('ada:s:cret').toString('base64')}`,
    });
  });

  test('takes a token, or a user before it', () => {
    const uri = { MLFLOW_TRACKING_URI: 'http://127.0.0.1:5000' };
    expect(trackingTarget(uri)?.authorization).toBeNull();
    const token = { ...uri, MLFLOW_TRACKING_TOKEN: 't' };
    expect(trackingTarget(token)?.authorization).toBe('Bearer t');
    const user = { MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 'p' };
    expect(trackingTarget({ ...token, ...user })?.authorization).toMatch(/^Basic /);
    expect(trackingTarget({})).toBeNull();
  });

  test('is none that is a file, and a password in a bad address is not printed', () => {
    for (const uri of [
      'file:///tmp/mlruns',
      'databricks',
      './mlruns',
      'postgres://u:secret@h/db',
    ]) {
      expect(() => trackingTarget({ MLFLOW_TRACKING_URI: uri })).toThrow(
        /no http or https address/,
      );
      expect(() => trackingTarget({ MLFLOW_TRACKING_URI: uri })).not.toThrow(/secret/);
    }
  });
});

describe('an error of MLflow', () => {
  const body = JSON.stringify({
    error_code: 'RESOURCE_DOES_NOT_EXIST',
    message: 'Run 7 not found',
  });
  const of = (status: number, text: string) =>
    errorOfAnswer('http://m', 'logging metrics', status, text);

  test('that will be the same again is a refusal with its reason', () => {
    expect(of(404, body)).toMatchObject({
      name: 'TrackingRefusal',
      code: 'RESOURCE_DOES_NOT_EXIST',
      message:
        'MLflow refused logging metrics: it is not there any more: Run 7 not found (RESOURCE_DOES_NOT_EXIST)',
    });
    expect(of(400, '<html>no</html>')).toMatchObject({ name: 'TrackingRefusal' });
  });

  test('that may pass is waited out', () => {
    for (const status of [401, 403, 408, 429, 502, 503]) {
      expect(of(status, '')).toMatchObject({ type: 'ServiceUnavailable' });
    }
    // Perhaps over what it was told: the rest goes on.
    expect(of(500, '')).toMatchObject({ name: 'TrackingFault' });
    expect(of(401, '')).toMatchObject({ hint: expect.stringContaining('MLFLOW_TRACKING_TOKEN') });
    const cause = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    expect(errorOfSilence('http://m', 'making a run', cause).message).toBe(
      'the MLflow server http://m did not answer while making a run: connect ECONNREFUSED',
    );
  });
});

test('a subject is read as it was written', () => {
  const window = { start: '2011-01-01T00:00:00Z', end: '2011-01-08T00:00:00Z' };
  for (const subject of [
    { kind: 'run', runId: '0190' },
    { kind: 'model', model: 'bikes' },
    { kind: 'window', model: 'bikes', window },
  ] as const) {
    expect(parseSubject(subjectText(subject))).toEqual(subject);
  }
  expect(() => parseSubject('what/else')).toThrow(/no subject/);
});

test('a measurement gives the numbers that it has, and none for what could not be told', () => {
  const metrics = Object.fromEntries(
    windowMetrics(
      measurement('bikes', 1, '2011-01-08T00:00:00Z', {
        predictionDrift: { verdict: 'drift', distance: 0.25, threshold: 0.1 },
        performance: {
          verdict: 'insufficient',
          metric: 'mae',
          value: null,
          baseline: 40,
          relativeLoss: null,
          threshold: 0.1,
        },
      }),
    ),
  );
  expect(metrics).toEqual({
    rows: 168,
    labelled_rows: 0,
    'quality/breaches': 0,
    'prediction_drift/distance': 0.25,
    'prediction_drift/is_drift': 1,
    'performance/baseline': 40,
  });
});
