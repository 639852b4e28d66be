import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../setup/places.mjs';
import { locatePython } from '../../setup/python-environment.mjs';
import { SetupError } from '../../setup/setup-error.mjs';
import { locateTemporal } from '../../setup/temporal-binary.mjs';
import { MINIMUM_SERVER_VERSION } from '../../setup/temporal-release.mjs';
import { installedPrograms } from '../stack/installed.js';
import { usesForeignServer } from '../stack/stack.js';
import { type Check, ok, problem } from './check.js';

const run = promisify(execFile);

/** Prints the names and versions of the pinned packages that are missing or of another version. */
const COMPARE_PACKAGES = `
import importlib.metadata, platform, re, sys
wrong = []
for line in open(sys.argv[1]):
    match = re.match(r"([A-Za-z0-9._-]+)==([^\\s;]+)", line)
    if not match: continue
    name, wanted = match.groups()
    try: found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError: found = "missing"
    if found != wanted: wrong.append(f"{name} {found}, wanted {wanted}")
print(platform.python_version())
print("; ".join(wrong))`;

export const checkVersions: Check = () => {
  const root = packageRoot();
  const { version, dependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as { version: string; dependencies: Readonly<Record<string, string>> };
  const parts = ['@temporalio/client', 'onnxruntime-node', '@duckdb/node-api'].map(
    (name) => `${name} ${dependencies[name] ?? 'unknown'}`,
  );
  return ok('Versions', [`millrace ${version}`, ...parts].join(', '));
};

export const checkPrograms: Check = () => {
  const programs = installedPrograms();
  const bundle = join(packageRoot(), 'dist', 'workflows.bundle.js');
  const missing = [programs.worker, programs.gateway, bundle].filter((file) => !existsSync(file));
  if (missing.length === 0) return ok('Programs', 'worker, gateway and workflows are built');
  return problem(
    'Programs',
    `missing: ${missing.join(', ')}`,
    'in a checkout run `npm run build`; an installed package is broken: install it again',
  );
};

export const checkPython: Check = async ({ env }) => {
  const name = 'Python';
  try {
    const found = locatePython(packageRoot(), env);
    if (found === null) {
      return problem(name, 'its environment is not installed', 'run `millrace setup`');
    }
    const requirements = join(packageRoot(), 'python', 'requirements.txt');
    const { stdout } = await run(found.executable, ['-c', COMPARE_PACKAGES, requirements]);
    const [version = '', wrong = ''] = stdout.split('\n');
    if (wrong === '') return ok(name, `${version} at ${found.executable}`);
    return problem(
      name,
      `${version} at ${found.executable}: ${wrong}`,
      found.source === 'cache'
        ? `remove ${join(found.executable, '..', '..')} and run \`millrace setup\``
        : `run \`${found.executable} -m pip install -r ${requirements}\`, or unset MILLRACE_PYTHON`,
    );
  } catch (error) {
    if (error instanceof SetupError) return problem(name, error.message, error.hint);
    return problem(name, `it does not run: ${(error as Error).message}`, 'run `millrace setup`');
  }
};

export const checkTemporalBinary: Check = async ({ env }) => {
  const name = 'Temporal server';
  const found = await locateTemporal(env);
  if (found !== null) return ok(name, `${found.serverVersion} at ${found.path}`);
  if (usesForeignServer(env)) return ok(name, 'none here; TEMPORAL_ADDRESS names one');
  return problem(
    name,
    `no \`temporal\` with server ${MINIMUM_SERVER_VERSION} or newer on PATH or in the cache`,
    'run `millrace setup`, or set TEMPORAL_ADDRESS to a server that runs',
  );
};
