import { readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WORKFLOW } from '../../contracts/index.js';
import { packageRoot } from '../../setup/places.mjs';
import * as workflows from '../../workflows/index.js';

const FILE = join(packageRoot(), 'dist', 'workflows.bundle.js');
const BUNDLE = readFileSync(FILE, 'utf8');

/** About 15 % above what it is; a worker reads all of it at each start. */
const BUDGET_BYTES = 1_750_000;

/** Paths of the modules in the bundle, as webpack names them: `./workflows/index.js`, `../node_modules/long/umd/index.js`. */
const MODULES = [...BUNDLE.matchAll(/[{,]"([^"\s]+)"\((?:\)|__unused|module|__webpack)/g)].map(
  ([, path = '']) => path,
);

describe('the workflow bundle', () => {
  it('stays within its budget', () => {
    expect(statSync(FILE).size).toBeLessThan(BUDGET_BYTES);
  });

  it('is read aright by this test: it has the workflows, the policy and the expressions', () => {
    for (const path of [
      './workflows/manage-model.js',
      './monitoring/policy/reduce.js',
      './pipelines/expressions/evaluate.js',
    ]) {
      expect(MODULES).toContain(path);
    }
  });

  it.each([
    'zod',
    'yaml',
    'pino',
    'kysely',
    '@duckdb',
    '@libsql',
    'onnxruntime-node',
    'fastify',
    'uuidv7',
  ])('has nothing of %s', (name) => {
    expect(MODULES.filter((path) => path.includes(`/node_modules/${name}/`))).toEqual([]);
  });

  it('has no module of Node itself', () => {
    // The bundler puts an empty module in the place of what a workflow may not import: there are two,
    // the converters of payloads and failures that a worker may name.
    const empty = [...BUNDLE.matchAll(/"\?([0-9a-f]+)"\(\)\{\}/g)].map(([, id]) => id);
    const used = [...BUNDLE.matchAll(/\("\?([0-9a-f]+)"\)\.(\w+)/g)];
    expect(used.map(([, , name]) => name)).toEqual(['payloadConverter', 'failureConverter']);
    expect(used.map(([, id]) => id).sort()).toEqual(empty.sort());
    const builtin = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    const external = [...BUNDLE.matchAll(/module\.exports=require\("([^"]+)"\)/g)];
    expect(
      [...MODULES, ...external.map(([, name = '']) => name)].filter((name) => builtin.has(name)),
    ).toEqual([]);
  });

  it('has of this project only the rooms that a workflow may use', () => {
    const own = MODULES.flatMap((path) => path.match(/^\.\/(.+)\/[^/]+\.js$/)?.[1] ?? []);
    expect([...new Set(own)].sort()).toEqual([
      'contracts',
      'monitoring/policy',
      'monitoring/policy/findings',
      'monitoring/policy/rollout',
      'pipelines/expressions',
      'workflows',
      'workflows/tuning',
    ]);
  });

  it('exports the workflows, by their names on the wire', () => {
    expect(Object.keys(workflows).sort()).toEqual(Object.values(WORKFLOW).sort());
  });
});
