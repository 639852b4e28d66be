import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRegistryWriter } from '../../models/registry/index.js';
import { createHome } from '../../storage/home/create-home.js';
import { newVersion } from '../models/registry/sample-records.js';
import { millrace } from './millrace.js';

/** All of these are refused before Python is looked for. */

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'millrace-explain-cli-'));
  const home = await createHome(join(cwd, '.millrace'));
  const registry = await openRegistryWriter(home.registryFile);
  await registry.registerVersion('run-1/register', newVersion('bikes'), 'run', 'made');
  await registry.close();
  await writeFile(join(cwd, 'rows.csv'), 'temp\n1\n2\n');
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const SHAP = ['--method', 'shap'];

test.each([
  [['bikes'], 2, "required option '--method <name>' not specified"],
  [['bikes', '--method', 'shapp'], 2, 'Allowed choices are shap, kernelShap, lime'],
  [['bike', ...SHAP], 65, 'did you mean bikes?'],
  [['bikes@7', ...SHAP], 65, 'bikes has no version 7'],
  [['bikes', ...SHAP, '--row', '{}', '--id', 'x'], 2, '--id and --row each say what to explain'],
  [['bikes', ...SHAP, '--row', '{}', '--rows', '3'], 2, '--row is one row'],
  [['bikes', ...SHAP, '--row', '[1]'], 65, '--row is not an object of fields'],
  [['bikes', ...SHAP, '--row', '{"temprature": 1}'], 65, 'did you mean temperature?'],
  [['bikes', ...SHAP, '--id', 'x'], 65, 'x is no prediction id'],
  [['bikes', ...SHAP, '--class', 'a'], 2, 'it has no class a'],
  [['bikes', ...SHAP, '--ice'], 2, '--ice is of partialDependence, not of shap'],
  [['bikes', ...SHAP, '--seed', '-1'], 2, '--seed is a whole number from 0'],
  [['bikes', ...SHAP, '--data', 'none.csv'], 65, 'no file at none.csv'],
  [['bikes', ...SHAP, '--data', 'rows.csv'], 65, 'temperature'],
  [['bikes', ...SHAP], 65, 'name a file in its place: --data FILE'],
  [['bikes', ...SHAP, '--html', 'no/page.html'], 2, 'there is no directory'],
  [['bikes', '--method', 'permutation', '--row', '{}'], 2, 'explains a model over many rows'],
  [['bikes', '--method', 'permutation', '--metric', 'accuracy'], 2, 'known: mae, rmse, r2'],
  [
    ['bikes', '--method', 'partialDependence', '--features', 'temprature'],
    2,
    'did you mean temperature?',
  ],
  [['bikes', '--method', 'native'], 65, 'has no importance of its own'],
])('millrace explain %j is refused with %i', async (args, code, text) => {
  const ended = await millrace(['explain', ...args], { cwd });
  expect(ended.stderr).toContain(text);
  expect([ended.code, ended.stdout]).toEqual([code, '']);
});
