import { expect, test } from 'vitest';
import type { Answer } from '../../../../models/serving/answer-rows.js';
import {
  inferenceText,
  invocationText,
} from '../../../../models/serving/protocols/http/answer-text.js';
import { CLASSIFIER, LINEAR } from '../serving-fixture.js';

const usual: Answer = {
  model: 'coffee',
  version: 3,
  uuid: 'u',
  predictionIds: ['u/0', 'u/1'],
  logged: true,
  fallbackFor: null,
  imputed: [],
  unknownCategories: [],
  outliers: null,
  predictions: [1.5, -2],
};
const classified: Answer = {
  ...usual,
  predictions: ['low', 'hi"gh'],
  probabilities: [
    [1, 0],
    [0.25, 0.75],
  ],
};
const unusual = {
  logged: false,
  fallbackFor: 2,
  imputed: ['a'],
  unknownCategories: ['b'],
  outliers: [['a'], []],
  confidence: [1, 0.5],
  cached: [true, false],
};
const asked = { id: undefined, outputs: null, binary: false };

test('an invocation is answered with its predictions, who gave them, and their ids', () => {
  expect(invocationText(usual, [])).toBe(
    '{"predictions":[1.5,-2],"model_name":"coffee","model_version":"3","prediction_ids":["u/0","u/1"]}',
  );
  expect(JSON.parse(invocationText(classified, ['top"k']))).toMatchObject({
    predictions: classified.predictions,
    probabilities: classified.probabilities,
    ignored_params: ['top"k'],
  });
});

test('an inference is answered with tensors, under the id of the client or its own', () => {
  expect(JSON.parse(inferenceText(LINEAR, usual, { ...asked, id: 'mi"ne' }).json)).toEqual({
    model_name: 'coffee',
    model_version: '3',
    id: 'mi"ne',
    parameters: { prediction_id: 'u', prediction_ids: ['u/0', 'u/1'] },
    outputs: [{ name: 'rentals', shape: [2], datatype: 'FP32', data: [1.5, -2] }],
  });
  const { id, outputs } = JSON.parse(inferenceText(CLASSIFIER, classified, asked).json);
  expect(id).toBe('u');
  expect(outputs).toEqual([
    { name: 'demand', shape: [2], datatype: 'BYTES', data: ['low', 'hi"gh'] },
    {
      name: 'probabilities',
      shape: [2, 2],
      datatype: 'FP32',
      parameters: { classes: ['low', 'high'] },
      data: [1, 0, 0.25, 0.75],
    },
  ]);
});

test('what is not as usual of an answer is told by both protocols', () => {
  const told = {
    logged: false,
    fallback_for: '2',
    imputed: ['a'],
    unknown_categories: ['b'],
    outliers: [['a'], []],
    confidence: [1, 0.5],
    cached: [true, false],
  };
  const answer = { ...usual, ...unusual };
  expect(JSON.parse(invocationText(answer, []))).toMatchObject(told);
  expect(JSON.parse(inferenceText(LINEAR, answer, asked).json).parameters).toMatchObject(told);
});

test.each(Object.keys(unusual))('%s alone is told too', (name) => {
  const answer = { ...usual, [name]: unusual[name as keyof typeof unusual] };
  const { predictions, model_name, model_version, prediction_ids, ...told } = JSON.parse(
    invocationText(answer, []),
  );
  expect([predictions, model_name, model_version, prediction_ids]).not.toContain(undefined);
  expect(Object.keys(told)).toHaveLength(1);
});

test('what is asked for as bytes comes behind the JSON', () => {
  const { json, tensors } = inferenceText(LINEAR, usual, { ...asked, binary: true });
  expect(JSON.parse(json).outputs).toEqual([
    { name: 'rentals', shape: [2], datatype: 'FP32', parameters: { binary_data_size: 8 } },
  ]);
  expect(tensors).toEqual([Buffer.from(new Float32Array([1.5, -2]).buffer)]);
});
