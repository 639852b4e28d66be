import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
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

let directory: string;
let packed: string;
beforeAll(async () => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-pack-')));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', directory], {
    cwd: packageRoot(),
    maxBuffer: 64 * 1024 * 1024,
  });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  packed = join(directory, filename);
  writeFileSync(join(directory, 'package.json'), '{"private": true}');
  writeFileSync(join(directory, 'pipeline.yaml'), PIPELINE);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What `npx millrace` runs there. */
function millrace(...args: string[]) {
  const { MILLRACE_HOME: _, ...env } = process.env;
  const command = join(directory, 'node_modules', '.bin', 'millrace');
  return run(command, args, { cwd: directory, env });
}

test('the tarball installs elsewhere by the line of the docs and runs there', async (context) => {
  // The line of the docs; npm itself decides whether the registry or its cache answers.
  const line = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const problem = await run('npm', [...line, packed], { cwd: directory }).then(
    () => '',
    (error: { stderr?: string }) => error.stderr ?? String(error),
  );
  if (NO_REGISTRY.test(problem)) context.skip('no npm registry can be reached from this machine');
  expect(problem).toBe('');

  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  expect((await millrace('--version')).stdout).toBe(`${version}\n`);

  const setup = JSON.parse((await millrace('setup', '--json')).stdout) as Record<string, string>;
  expect(setup['root']).toBe(join(directory, 'node_modules', 'millrace'));

  const valid = JSON.parse((await millrace('validate', 'pipeline.yaml', '--json')).stdout) as {
    ok: boolean;
  };
  expect(valid.ok).toBe(true);

  // A run needs everything of the package: worker, workflow bundle, server, registry.
  const ran = JSON.parse((await millrace('run', 'pipeline.yaml', '--json')).stdout) as {
    status: string;
  };
  expect(ran.status).toBe('completed');
  await millrace('down');
}, 300_000);
