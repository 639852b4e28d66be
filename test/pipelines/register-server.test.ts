// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of the language

import { describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/index.js';

const BY_URL = 'server: { protocol: oip, url: "http://10.0.0.4:8080", model: bikes }';
const SIGNATURE = 'signature: { inputs: [{ name: a }], output: { name: rentals } }';

function compile(inputs: string) {
  const text = [
    'apiVersion: millrace/v1',
    'name: served',
    'model: bikes',
    'steps:',
    '  rows: { uses: ingest, with: { source: rows.parquet } }',
    '  make: { run: ./make.sh }',
    `  register: { uses: register, with: ${inputs} }`,
  ].join('\n');
  const compiled = compilePipeline(text, { file: 'served.yaml', baseDirectory: '/' });
  return compiled.ok ? [] : compiled.errors.map(({ message }) => message);
}

const refused = (inputs: string) => compile(inputs).join('; ');

describe('a register step with a server', () => {
  test.each([
    `{ ${BY_URL}, ${SIGNATURE} }`,
    `{ ${BY_URL}, ${SIGNATURE}, data: "\${steps.rows.data}", holdout: "\${steps.rows.data}" }`,
    `{ server: { protocol: invocations, command: [python, "{model}/serve.py", "{port}"], files: "\${steps.make.model}", env: { MODE: fast }, startTimeout: 2m }, ${SIGNATURE} }`,
    `{ server: { protocol: invocations, url: "\${steps.make.url}", token: MODEL_TOKEN, ready: /ready }, signature: { inputs: [{ name: text, kind: string }], output: { name: label, classes: [no, yes] } } }`,
    `{ server: { protocol: oip, url: "http://h:1", model: m, table: { name: predict }, output: y, probabilities: p }, signature: { task: classification, inputs: [{ name: a, nullable: true }], context: [{ name: at, role: time }], output: { name: y, classes: [0, 1] } } }`,
  ])('may be given %s', (inputs) => {
    expect(compile(inputs)).toEqual([]);
  });

  test.each([
    ['{}', 'neither which model nor which server'],
    [`{ model: "\${steps.make.model}", ${BY_URL}, ${SIGNATURE} }`, 'exclude each other'],
    [`{ model: "\${steps.make.model}", ${SIGNATURE} }`, 'signature belongs to a server'],
    [`{ ${BY_URL} }`, 'nobody knows what it takes and gives'],
    [
      `{ server: { protocol: oip, url: "http://h:1" }, ${SIGNATURE} }`,
      'asks for a model by its name',
    ],
    [`{ server: { protocol: grpc, url: "http://h:1" }, ${SIGNATURE} }`, 'grpc'],
    [`{ server: { protocol: invocations }, ${SIGNATURE} }`, 'neither a url nor a command'],
    [
      `{ server: { protocol: invocations, url: "http://h:1", command: [serve] }, ${SIGNATURE} }`,
      'exclude each other',
    ],
    [
      `{ server: { protocol: invocations, url: "ftp://h" }, ${SIGNATURE} }`,
      'no http or https address',
    ],
    [
      `{ server: { protocol: invocations, url: "http://me:secret@h" }, ${SIGNATURE} }`,
      'it holds a password',
    ],
    [
      `{ server: { protocol: invocations, url: "http://h", files: "\${steps.make.model}" }, ${SIGNATURE} }`,
      'belongs to a command',
    ],
    [
      `{ server: { protocol: invocations, url: "http://h", table: { name: x } }, ${SIGNATURE} }`,
      'only the Open Inference Protocol',
    ],
    [
      `{ ${BY_URL}, signature: { inputs: [{ name: a }, { name: a }], output: { name: y } } }`,
      'a is named twice',
    ],
    [
      `{ ${BY_URL}, signature: { task: regression, inputs: [{ name: a }], output: { name: y, kind: string } } }`,
      'a regression answers with numbers',
    ],
    [
      `{ server: { protocol: oip, url: "http://h:1", model: m, probabilities: p }, ${SIGNATURE} }`,
      'probabilities are of classes',
    ],
    [
      `{ server: { protocol: oip, url: "http://h:1", model: m, table: { name: x } }, signature: { inputs: [{ name: t, kind: string }], output: { name: y } } }`,
      't is text',
    ],
    [
      `{ ${BY_URL}, signature: { inputs: [{ name: a, king: number }], output: { name: y } } }`,
      'unknown key king',
    ],
  ])('may not be given %s', (inputs, message) => {
    expect(refused(inputs)).toContain(message);
  });
});
