import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../contracts/index.js';
import { packageRoot } from '../../setup/places.mjs';
import { locateTemporal } from '../../setup/temporal-binary.mjs';

/** Packages whose version moves the figures. */
const PACKAGES = [
  '@temporalio/worker',
  '@temporalio/client',
  '@libsql/client',
  'onnxruntime-node',
  '@duckdb/node-api',
  'fastify',
  'autocannon',
];

/** What the figures were measured on and with. */
export async function describeMachine(env: NodeJS.ProcessEnv): Promise<JsonObject> {
  const root = packageRoot();
  const temporal = await locateTemporal(env);
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    temporal: temporal?.serverVersion ?? 'unknown',
    packages: Object.fromEntries(PACKAGES.map((name) => [name, installedVersion(root, name)])),
    commit: commitOf(root),
  };
}

/** Load averages over 1, 5 and 15 minutes: above the number of cores, figures are of a busy machine. */
export function currentLoad(): number[] {
  return loadavg().map((load) => Math.round(load * 100) / 100);
}

function installedVersion(root: string, name: string): string {
  try {
    const text = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(text) as { readonly version: string }).version;
  } catch {
    return 'not installed';
  }
}

/** `-changed` at the end: the sources are not those of the commit. */
function commitOf(root: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', ['--no-optional-locks', '-C', root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed ? '-changed' : ''}`;
  } catch {
    return 'no git checkout';
  }
}
