import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MEDIA_TYPE } from '../../contracts/index.js';
import { openRegistryWriter, type RegistryWriter } from '../../models/registry/index.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { readTable } from '../../storage/tabular/read-table.js';
import { writeParquet } from '../../storage/tabular/write-parquet.js';
import { newVersion, transition } from '../models/registry/sample-records.js';
import { type Graph, LINEAR } from '../models/serving/serving-fixture.js';
import { eventually } from '../support/eventually.js';
import { firstWrongRow, numberedRows } from '../support/numbered-rows.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

const ROWS = 700_000;
const MODEL = 'rentals';

let stack: TestStack;
let registry: RegistryWriter;
beforeEach(async () => {
  stack = await startTestStack();
  registry = await openRegistryWriter(stack.home.registryFile);
});
afterEach(async () => {
  await registry.close();
  await stack.close();
});

/** Registers a version and makes it champion. */
async function promote(graph: Graph, number: number): Promise<void> {
  const file = new URL(`../fixtures/onnx/${graph}.onnx`, import.meta.url);
  const artifacts = createLocalArtifactStore(stack.home.artifactsDir);
  const onnx = await artifacts.putBytes(readFileSync(file), MEDIA_TYPE.onnx);
  const sample = newVersion(MODEL);
  const content = { ...sample.content, onnx, signature: LINEAR };
  await registry.registerVersion(`${MODEL}/${graph}`, { ...sample, content }, 'test', 'a version');
  await registry.transition(transition(MODEL, number, number));
}

const PIPELINE = `
apiVersion: millrace/v1
name: nightly
steps:
  rows: { uses: ingest, with: { source: rows.parquet } }
  score:
    uses: predict
    with: { data: "\${steps.rows.data}", model: ${MODEL}, columns: [id], output: out/scored.parquet }
`;

it('predicts with the version it began with, though its worker is killed and another is promoted', async () => {
  await writeParquet(numberedRows(ROWS), join(stack.directory, 'rows.parquet'));
  await promote('linear', 1);
  const worker = await stack.startWorker();
  const run = await stack.startRun(PIPELINE);
  const directory = join(stack.home.workDir, `${run.runId}.score.predict`);
  const firstPart = join(directory, 'parts', 'part-000000.parquet');
  await eventually(async () => expect(existsSync(firstPart)).toBe(true));
  await worker.end('SIGKILL');
  await promote('linear-plus-1000', 2);

  await stack.startWorker();
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  const score = await stack.registry.step(run.runId, 'score');
  expect(score?.attempts).toBe(2);
  expect(score?.outcome?.outputs.values).toEqual({
    model: MODEL,
    version: 1,
    rows: ROWS,
    written: ROWS,
    bad: 0,
    unanswered: 0,
  });
  const out = await readTable(join(stack.directory, 'out', 'scored.parquet'));
  expect(out.columns.map(({ name }) => name)).toEqual([
    'id',
    'prediction',
    'prediction_id',
    'model_version',
  ]);
  expect(firstWrongRow(out, ROWS)).toBeNull();
  expect(existsSync(directory)).toBe(false);

  // The next run asks the champion of then.
  const next = await stack.startRun(PIPELINE);
  await stack.result(next);
  const again = await stack.registry.step(next.runId, 'score');
  expect(again?.outcome?.outputs.values['version']).toBe(2);
}, 180_000);
