import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../../../../gateway.js';
import { pythonEnvironment } from '../../../../setup/pinned-environment.mjs';
import { CLASSIFIED, servingLinear, sharedWorld, untilServed } from '../serving-fixture.js';

const run = promisify(execFile);
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let gateway: Gateway;
let python: string;

beforeAll(async () => {
  python = await pythonEnvironment(here('requirements.txt'));
}, 600_000);

sharedWorld(async (cleanUp) => {
  const serving = await servingLinear({ grpcPort: 0 }, cleanUp);
  ({ gateway } = serving);
  const { world } = serving;
  await world.promote(CLASSIFIED, await world.register(CLASSIFIED, 'classifier'));
  await untilServed(gateway, CLASSIFIED, 1);
});

// biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the answers
async function answersOf(program: string, ...args: readonly string[]): Promise<any> {
  const { stdout } = await run(python, [here(program), ...args]);
  return JSON.parse(stdout);
}

describe.each(['http', 'grpc'])('tritonclient over %s', (protocol) => {
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the answers
  let answers: any;
  beforeAll(async () => {
    const address =
      protocol === 'http' ? new URL(gateway.address).host : String(gateway.grpcAddress);
    answers = await answersOf('triton_client.py', protocol, address);
  });

  test('finds server and models live, ready and described', () => {
    const { live, ready, modelReady, versionReady, server, model, index } = answers;
    expect([live, ready, modelReady, versionReady]).toEqual([true, true, true, true]);
    expect(server).toMatchObject({
      name: 'millrace',
      extensions: expect.arrayContaining(['binary_tensor_data']),
    });
    expect(model).toMatchObject({
      name: 'bike-demand',
      versions: ['1'],
      inputs: [
        { name: 'a', datatype: 'FP64' },
        { name: 'b', datatype: 'INT64' },
        { name: 'hour', datatype: 'BYTES' },
      ],
      outputs: [{ name: 'rentals', datatype: 'FP32' }],
    });
    const models = protocol === 'http' ? index : index.models;
    expect(models.map(({ name }: { name: string }) => name).sort()).toEqual([
      'bike-demand',
      CLASSIFIED,
    ]);
  });

  test('is given the predictions of columns, of a table, packed or not', () => {
    const { columns, table, gzip, deflate, json = columns } = answers;
    for (const predictions of [columns, table, gzip, deflate, json]) {
      expect(predictions).toEqual([10, 2]);
    }
    expect(answers.labels).toEqual(['low', 'high']);
    expect(answers.probabilities).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('is told its own id, the version and the prediction ids', () => {
    const { id, version, parameters } = answers;
    expect([id, version]).toEqual(['mine', '1']);
    const ids =
      protocol === 'http'
        ? parameters.prediction_ids
        : JSON.parse(parameters.prediction_ids.string_param);
    expect(ids).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}\/0$/),
      expect.stringMatching(/\/1$/),
    ]);
  });

  test('is told what was wrong with the code that means it', () => {
    const isHttp = protocol === 'http';
    expect(answers.unknownModel).toEqual([
      isHttp ? '404' : 'StatusCode.NOT_FOUND',
      expect.stringMatching(/"no-such-model" is not served here; served: bike-demand/),
    ]);
    expect(answers.unknownVersion).toEqual([
      isHttp ? '404' : 'StatusCode.NOT_FOUND',
      expect.stringMatching(/no version 9/),
    ]);
    expect(answers.unknownInput).toEqual([
      isHttp ? '400' : 'StatusCode.INVALID_ARGUMENT',
      expect.stringMatching(/input c is not known to the model; it takes a, b, hour/),
    ]);
  });
});

test('the clients of MLflow', async () => {
  // MLflow's scoring client names no model: one is served.
  const alone = await servingLinear();
  const answers = await answersOf('mlflow_client.py', alone.url);
  const { endpoints, endpoint, params, version, ...predictions } = answers;
  expect(endpoints).toEqual(['bike-demand']);
  expect(endpoint).toMatch(/\/endpoints\/bike-demand\/invocations$/);
  expect(params).toEqual(['temperature']);
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(Object.keys(predictions).sort()).toEqual([
    'dataframe_records',
    'dataframe_split',
    'inputs',
    'instances',
    'scoring',
  ]);
  for (const given of Object.values(predictions)) expect(given).toEqual([10, 2]);
});

describe('curl', () => {
  const curl = async (...args: readonly string[]) => (await run('curl', ['-sS', ...args])).stdout;

  test('a file of CSV, and JSON on the command line', async () => {
    const csv = await curl(
      '-H',
      'content-type: text/csv',
      '--data-binary',
      'a,b\n3,4\n1.5,-1\n',
      `${gateway.address}/models/bike-demand/invocations`,
    );
    expect(JSON.parse(csv).predictions).toEqual([10, 2]);
    const json = await curl(
      '--json',
      '{"inputs": {"a": [3], "b": [4]}}',
      `${gateway.address}/models/bike-demand/invocations`,
    );
    expect(JSON.parse(json).predictions).toEqual([10]);
  });

  test('waits for nothing where it asks before it sends', async () => {
    const answered = await curl(
      '-H',
      'Expect: 100-continue',
      '-w',
      ' %{http_code}',
      '--json',
      '{"inputs": {"a": [3], "b": [4]}}',
      `${gateway.address}/models/bike-demand/invocations`,
    );
    expect(answered).toMatch(/ 200$/);
  });
});
