import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../contracts/index.js';
import { gatherPackage } from '../../../models/packaging/export-package.js';
import { writePackageDirectory } from '../../../models/packaging/write-package.js';
import { modelFiles } from '../../../models/tracking/mlmodel.js';
import { pythonEnvironment } from '../../../setup/pinned-environment.mjs';
import { writeParquet } from '../../../storage/tabular/index.js';
import { PYTHON, PYTHON_NOTE, prepareStep, trainAll, WITHOUT_PYTHON } from '../../python/python.js';
import { inputsFor, weatherTable } from '../../python/weather-table.js';
import { reasonWithoutChromium, startChromium } from '../../support/chromium.js';
import { get } from '../serving/serving-fixture.js';
import { type Registered, registeredVersion } from './packaged-world.js';

const run = promisify(execFile);
const MODULES = resolve(import.meta.dirname, '../../../node_modules');
const MLFLOW = resolve(import.meta.dirname, '../../support/mlflow/requirements.txt');
const EXAMPLES = resolve(import.meta.dirname, '../../../models/packaging/edge');

/** A number, texts, a boolean: each kind of answer that a graph gives. */
const TARGETS = ['rentals', 'level', 'busy', 'band'] as const;
const ROWS: readonly JsonObject[] = Array.from({ length: 40 }, (_, row) => ({
  temperature: row % 7 === 3 ? null : row / 3 - 4,
  hour_of_day: row % 24,
  working_day: row % 5 === 4 ? null : row % 2 === 0,
  weather: ['clear', 'mist', 'rain', 'a hailstorm', null][row % 5] ?? null,
}));

interface Answer {
  readonly predictions: readonly (number | string | boolean)[];
  readonly probabilities?: readonly (readonly number[])[];
}

interface Packaged {
  readonly directory: string;
  /** What the gateway says of the rows. */
  readonly answer: Answer;
}

const withoutBrowser = reasonWithoutChromium();
const cleanUps: (() => Promise<unknown>)[] = [];
let packages: ReadonlyMap<string, Packaged>;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  if (WITHOUT_PYTHON) return;
  const root = await mkdtemp(join(tmpdir(), 'millrace-edge-'));
  cleanUps.push(() => rm(root, { recursive: true, force: true }));
  packages = await packageEach(root);
  server = serve(root);
  cleanUps.push(() => new Promise((closed) => server.close(closed)));
  if (withoutBrowser !== null) return;
  browser = await startChromium();
  cleanUps.push(() => browser.close());
});
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

describe.skipIf(WITHOUT_PYTHON)(`a package runs anywhere ONNX does${PYTHON_NOTE}`, () => {
  it.each(TARGETS)('in Node: %s', async (target) => {
    const { directory, answer } = packaged(target);
    const { stdout } = await run('node', [join(directory, 'edge', 'predict.mjs'), 'rows.json'], {
      cwd: directory,
    });
    expectSame(JSON.parse(stdout), answer);
  });

  it.each(TARGETS)('in Python: %s', async (target) => {
    const { directory, answer } = packaged(target);
    const { stdout } = await run(PYTHON, [join(directory, 'edge', 'predict.py'), 'rows.json'], {
      cwd: directory,
    });
    expectSame(JSON.parse(stdout), answer);
  });

  it.skipIf(withoutBrowser !== null).each(TARGETS)('in a browser: %s', async (target) => {
    const { answer, directory } = packaged(target);
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${addressOf(server)}/${target}/edge/index.html`);
    await page.waitForFunction(
      () => (globalThis as { document?: { title: string } }).document?.title === 'answered',
    );
    expect(complaints).toEqual([]);
    expectSame(await ask(page, ROWS), answer);
    const example = JSON.parse(await readFile(join(directory, 'example.json'), 'utf8'));
    const shown = JSON.parse((await page.textContent('#answer')) ?? 'null');
    expectSame(shown, example.answer);
    await page.close();
  });

  it('in MLflow, which loads it as a graph and as a Python function', async () => {
    const python = await pythonEnvironment(MLFLOW, { complete: true });
    const program = join(import.meta.dirname, 'mlflow_models.py');
    const { stdout } = await run(python, [
      program,
      ...TARGETS.map((target) => packaged(target).directory),
    ]);
    const loaded: readonly Readonly<Record<'onnx' | 'pyfunc', Answer>>[] = JSON.parse(stdout);
    for (const [index, target] of TARGETS.entries()) {
      expectSame(loaded[index]?.onnx, packaged(target).answer);
      expectSame(loaded[index]?.pyfunc, packaged(target).answer);
    }
  }, 600_000);

  it('without rows it answers the example as it was answered at registration', async () => {
    const { directory } = packaged('busy');
    const { answer } = JSON.parse(await readFile(join(directory, 'example.json'), 'utf8'));
    for (const [program, name] of [
      ['node', 'predict.mjs'] as const,
      [PYTHON, 'predict.py'] as const,
    ]) {
      const { stdout } = await run(program, [join(directory, 'edge', name)]);
      expectSame(JSON.parse(stdout), answer);
    }
  });
});

it('each example is short enough to be read', async () => {
  for (const name of await readdir(EXAMPLES)) {
    const lines = (await readFile(join(EXAMPLES, name), 'utf8')).trimEnd().split('\n');
    expect(lines.length, name).toBeLessThanOrEqual(60);
  }
});

/** The same classes, and the same numbers as float32 has them on another runtime. */
function expectSame(given: Answer | undefined, expected: Answer): void {
  const precise = (value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value)
      ? expect.closeTo(value, Math.max(0, 5 - Math.ceil(Math.log10(Math.abs(value) + 1))))
      : value;
  expect(given?.predictions).toEqual(expected.predictions.map(precise));
  expect(given?.probabilities).toEqual(expected.probabilities?.map((row) => row.map(precise)));
}

function packaged(target: string): Packaged {
  const found = packages.get(target);
  if (found === undefined) throw new Error(`no package of ${target}`);
  return found;
}

async function ask(page: Page, rows: readonly JsonObject[]): Promise<Answer> {
  const text = await page.evaluate(async (given) => {
    const { predict } = globalThis as unknown as { predict(rows: unknown): Promise<unknown> };
    return JSON.stringify(await predict(JSON.parse(given)));
  }, JSON.stringify(rows));
  return JSON.parse(text);
}

/** Trains a model of each target, packages it, and asks a gateway that serves it. */
async function packageEach(root: string): Promise<ReadonlyMap<string, Packaged>> {
  const data = join(root, 'data.parquet');
  await writeParquet(weatherTable(), data);
  const steps = await Promise.all(
    TARGETS.map((target) =>
      prepareStep(
        join(root, 'steps', target),
        inputsFor(target, { algorithm: 'random-forest' }),
        data,
      ),
    ),
  );
  const trained = await trainAll(steps);
  const made = new Map<string, Packaged>();
  for (const [index, target] of TARGETS.entries()) {
    const graph = await readFile(join(steps[index] ?? '', 'outputs', 'model.onnx'));
    const { signature } = trained[index]?.trained ?? {};
    const cleanUp = (work: () => Promise<void>) => cleanUps.push(work);
    const model = { graph, signature, table: weatherTable() };
    const registered = await registeredVersion({ model, cleanUp });
    const directory = join(root, target);
    await writePackageDirectory(
      directory,
      await gatherPackage(registered.ports, registered.record),
    );
    await writeFile(join(directory, 'rows.json'), JSON.stringify(ROWS));
    await mkdir(join(directory, 'mlflow'));
    for (const [name, text] of Object.entries(modelFiles(registered.record))) {
      await writeFile(join(directory, 'mlflow', name), text);
    }
    await writeFile(join(directory, 'mlflow', 'model.onnx'), graph);
    await symlink(MODULES, join(directory, 'node_modules'));
    await symlink(join(MODULES, 'onnxruntime-web', 'dist'), join(directory, 'ort'));
    made.set(target, { directory, answer: await gatewayAnswer(registered) });
  }
  return made;
}

async function gatewayAnswer({ world }: Registered): Promise<Answer> {
  await world.promote('bikes', 1);
  const gateway = await world.gateway();
  const inputs = ROWS.map((row) => JSON.parse(JSON.stringify(row)));
  for (;;) {
    const { status, body } = await get(`${gateway.address}/v2/models/bikes/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: tensorsOf(inputs) }),
    });
    if (status === 200) return answerOf(body.outputs);
    if (![404, 503].includes(status)) throw new Error(JSON.stringify(body));
  }
}

function tensorsOf(rows: readonly JsonObject[]) {
  const datatypes = {
    temperature: 'FP64',
    hour_of_day: 'INT64',
    working_day: 'BOOL',
    weather: 'BYTES',
  };
  return Object.entries(datatypes).map(([name, datatype]) => ({
    name,
    datatype,
    shape: [rows.length],
    data: rows.map((row) => row[name] ?? null),
  }));
}

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string | boolean)[];
}

function answerOf(outputs: readonly Tensor[]): Answer {
  const predictions = outputs[0]?.data ?? [];
  const found = outputs.find(({ shape }) => shape.length === 2);
  if (found === undefined) return { predictions };
  const [, width = 1] = found.shape;
  const values = found.data as readonly number[];
  return {
    predictions,
    probabilities: predictions.map((_, row) => values.slice(row * width, (row + 1) * width)),
  };
}

const TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

function serve(root: string): Server {
  const files = createServer(async (request, response) => {
    const path = join(root, new URL(request.url ?? '/', 'http://localhost').pathname);
    const content = await readFile(path).catch(() => null);
    response.statusCode = content === null ? 404 : 200;
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    response.end(content ?? '');
  });
  return files.listen(0, '127.0.0.1');
}

function addressOf(listening: Server): string {
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}
