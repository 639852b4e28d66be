import { describe, expect, it } from 'vitest';
import type { ModelSignature, PredictionRecord } from '../../../contracts/index.js';
import { LogPolicy } from '../../../models/predictions/log-policy.js';
import { newRequestUuid } from '../../../models/predictions/prediction-id.js';

const SIGNATURE: ModelSignature = {
  task: 'regression',
  inputs: [
    { name: 'age', kind: 'number', nullable: true, tensor: 'numeric', index: 0 },
    { name: 'city', kind: 'string', nullable: false, tensor: 'categorical', index: 0 },
  ],
  context: [{ name: 'customer', role: 'key', kind: 'string' }],
  output: { name: 'price', kind: 'number' },
};
const KEY = Buffer.from('a key of thirty-two bytes, or so');

function record(inputs: PredictionRecord['inputs'], customer: string): PredictionRecord {
  const at = '2026-01-01T00:00:00.000Z';
  const context = { customer };
  return { id: 'x/0', model: 'm', version: 1, at, eventTime: at, inputs, context, prediction: 1 };
}

describe('masked columns', () => {
  const policy = new LogPolicy(
    { columns: { city: 'hash', age: 'drop', customer: 'hash' } },
    SIGNATURE,
    KEY,
  );

  it('are hashed so that equal values stay equal, or missing', () => {
    const [first, again, other] = [
      policy.masked(record({ age: 41, city: 'Ulm' }, 'ada')),
      policy.masked(record({ age: 17, city: 'Ulm' }, 'bob')),
      policy.masked(record({ age: 17, city: 'Bonn' }, 'ada')),
    ];
    expect(first.inputs).toEqual({ age: null, city: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(again.inputs['city']).toBe(first.inputs['city']);
    expect(other.inputs['city']).not.toBe(first.inputs['city']);
    expect(other.context).toEqual(first.context);
    expect(JSON.stringify([first, again, other])).not.toMatch(/Ulm|Bonn|"ada"|"bob"|"age":[^n]/);
  });

  it('have another hash under another key, and in another column', () => {
    const spec = { columns: { city: 'hash', customer: 'hash' } } as const;
    const elsewhere = new LogPolicy(spec, SIGNATURE, Buffer.from('another'));
    const here = policy.masked(record({ age: 1, city: 'same' }, 'same'));
    const there = elsewhere.masked(record({ age: 1, city: 'same' }, 'same'));
    expect(here.inputs['city']).not.toBe(there.inputs['city']);
    expect(here.inputs['city']).not.toBe(here.context['customer']);
  });

  it('that hold numbers go missing rather than be text where numbers are read', () => {
    const hashed = new LogPolicy({ columns: { age: 'hash' } }, SIGNATURE, KEY);
    expect(hashed.masked(record({ age: 41, city: 'Ulm' }, 'ada')).inputs).toEqual({
      age: null,
      city: 'Ulm',
    });
  });

  it('never are the prediction', () => {
    const named = new LogPolicy({ columns: { price: 'drop' } }, SIGNATURE, KEY);
    expect(named.masked(record({ age: 1, city: 'Ulm' }, 'ada')).prediction).toBe(1);
  });
});

describe('a sample', () => {
  it('is the share that was asked for, and the same requests each time', () => {
    const policy = new LogPolicy({ sample: 0.2 }, SIGNATURE, KEY);
    const ids = Array.from({ length: 5_000 }, newRequestUuid);
    const kept = ids.filter((id) => policy.keeps(id));
    // Five standard deviations of a binomial share.
    expect(Math.abs(kept.length / ids.length - 0.2)).toBeLessThan(0.029);
    expect(ids.filter((id) => policy.keeps(id))).toEqual(kept);
  });

  it('is everything where nothing is said', () => {
    const policy = new LogPolicy({}, SIGNATURE, KEY);
    expect(policy.keeps(newRequestUuid())).toBe(true);
  });
});
