import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../setup/places.mjs';

const run = promisify(execFile);
const NO_REGISTRY = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENOTCACHED|ETIMEDOUT|ENETUNREACH/;

const PIPELINE = `apiVersion: millrace/v1
name: nothing
steps:
  wait: {uses: noop}
`;

const CONSUMER = `import { type PipelinePlan, parseDurationMs } from 'millrace/contracts';
import { populationStabilityIndex } from 'millrace/drift';
const steps = (plan: PipelinePlan): number => plan.steps.length;
const psi: number = populationStabilityIndex([100, 100, 100, 100], [50, 100, 100, 150]);
console.log(parseDurationMs('90s'), psi.toFixed(4), typeof steps);
`;

let directory: string;
let packed: string;
let files: readonly string[];
/** Why the tarball could not be installed; empty when it was. */
let problem: string;
beforeAll(async () => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-pack-')));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', directory], {
    cwd: packageRoot(),
    maxBuffer: 64 * 1024 * 1024,
  });
  const [pack] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  packed = join(directory, pack.filename);
  files = pack.files.map(({ path }) => path);
  writeFileSync(join(directory, 'package.json'), '{"private": true, "type": "module"}');
  writeFileSync(join(directory, 'pipeline.yaml'), PIPELINE);
  // The line of the docs; npm itself decides whether the registry or its cache answers.
  const line = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  problem = await run('npm', [...line, packed], { cwd: directory }).then(
    () => '',
    (error: { stderr?: string }) => error.stderr ?? String(error),
  );
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What `npx millrace` runs there. */
function millrace(args: readonly string[], cwd = directory) {
  const { MILLRACE_HOME: _, ...env } = process.env;
  const command = join(directory, 'node_modules', '.bin', 'millrace');
  return run(command, args, { cwd, env });
}

function versionIn(path: string): string {
  const text = readFileSync(join(path, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

test('the tarball holds what an installation needs and nothing else', () => {
  const tops = new Set(
    files.map((path) =>
      path
        .split('/')
        .slice(0, path.startsWith('dist/') ? 2 : 1)
        .join('/'),
    ),
  );
  expect([...tops].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'cli',
    'dist/activities',
    'dist/backtest',
    'dist/bin',
    'dist/calendar',
    'dist/cli',
    'dist/contracts',
    'dist/gateway.js',
    'dist/logging',
    'dist/millrace.schema.json',
    'dist/models',
    'dist/monitoring',
    'dist/notifications',
    'dist/pipelines',
    'dist/processes',
    'dist/setup',
    'dist/storage',
    'dist/telemetry',
    'dist/temporal',
    'dist/worker.js',
    'dist/workflows',
    'dist/workflows.bundle.js',
    'docs',
    'models',
    'package.json',
    'python',
  ]);
  const strays = /\.(map|cache|pyc|log|tgz)$|(^|\/)(test|tests|bench|demo|__pycache__)\//;
  expect(files.filter((path) => strays.test(path))).toEqual([]);
  // What runs before millrace starts and what its users edit is not compiled.
  expect(files).toContain('cli/templates/project/pipeline.yaml');
  expect(files).toContain('python/requirements.txt');
  expect(files).toContain('dist/bin/THIRD-PARTY-NOTICES.txt');
});

test('installed elsewhere by the line of the docs, it runs there', async (context) => {
  if (NO_REGISTRY.test(problem)) context.skip('no npm registry can be reached from this machine');
  expect(problem).toBe('');
  expect((await millrace(['--version'])).stdout).toBe(`${versionIn(packageRoot())}\n`);

  const setup = JSON.parse((await millrace(['setup', '--json'])).stdout) as Record<string, string>;
  expect(setup['root']).toBe(join(directory, 'node_modules', 'millrace'));

  // From below, through a further link, as a global installation has it.
  const below = join(directory, 'below');
  mkdirSync(below);
  symlinkSync(join(directory, 'node_modules', '.bin', 'millrace'), join(below, 'linked'));
  const checked = await run(join(below, 'linked'), ['validate', '../pipeline.yaml', '--json'], {
    cwd: below,
  });
  expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true });

  // The template and the schema lie beside the program, not in it.
  await millrace(['init', 'project', '--json'], below);
  const project = JSON.parse(
    (await millrace(['validate', 'project/project.yaml', '--json'], below)).stdout,
  ) as { ok: boolean };
  expect(project.ok).toBe(true);

  // A run needs everything of the package: worker, workflow bundle, server, registry.
  const ran = JSON.parse((await millrace(['run', 'pipeline.yaml', '--json'])).stdout) as {
    status: string;
  };
  await millrace(['down']);
  expect(ran.status).toBe('completed');
}, 300_000);

test('without our lock file the dependencies still fit each other', (context) => {
  if (NO_REGISTRY.test(problem)) context.skip('no npm registry can be reached from this machine');
  expect(problem).toBe('');
  const installed = join(directory, 'node_modules');
  const resolved = (from: string, name: string) =>
    createRequire(join(installed, from, 'package.json')).resolve(`${name}/package.json`);
  // Its 6.8 needs a cookie that needs Node 22.
  expect(versionIn(join(resolved('fastify', 'light-my-request'), '..'))).toBe('6.6.0');
  // With two copies the history of a workflow cannot be read from JSON.
  const copies = ['proto', 'common', 'worker', 'client'].map((name) =>
    resolved(`@temporalio/${name}`, '@temporalio/proto'),
  );
  expect(new Set(copies).size).toBe(1);
  expect(resolved('@temporalio/common', 'protobufjs')).toBe(
    resolved('@temporalio/proto', 'protobufjs'),
  );
});

test('its exports import with types', async (context) => {
  if (NO_REGISTRY.test(problem)) context.skip('no npm registry can be reached from this machine');
  expect(problem).toBe('');
  writeFileSync(join(directory, 'consumer.ts'), CONSUMER);
  const tsc = join(packageRoot(), 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', ''];
  // Our types are checked too: they may not lean on what only our checkout has.
  const compiled = await run(
    process.execPath,
    [tsc, ...options, '--lib', 'es2023,dom', 'consumer.ts'],
    {
      cwd: directory,
    },
  ).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? String(error) }));
  expect(compiled.stdout).toBe('');
  const { stdout } = await run(process.execPath, ['consumer.js'], { cwd: directory });
  expect(stdout).toBe('90000 0.1373 function\n');
});
