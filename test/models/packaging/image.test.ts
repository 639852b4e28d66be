import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { gatherPackage } from '../../../models/packaging/export-package.js';
import { kubernetesManifest } from '../../../models/packaging/image/kubernetes.js';
import { writeImageContext } from '../../../models/packaging/image/write-context.js';
import { pythonEnvironment } from '../../../setup/pinned-environment.mjs';
import { packageRoot } from '../../../setup/places.mjs';
import { document, millrace } from '../../cli/millrace.js';
import { post, sharedWorld } from '../serving/serving-fixture.js';
import { registeredVersion, scratchDirectory } from './packaged-world.js';

const run = promisify(execFile);
const LINTERS = resolve(import.meta.dirname, 'linters/requirements.txt');

let context: string;

sharedWorld(async (cleanUp) => {
  const { ports, record } = await registeredVersion({ cleanUp });
  context = join(await scratchDirectory(cleanUp), 'image');
  const options = { directory: context, program: packageRoot(), productVersion: '0.1.0' };
  await writeImageContext(await gatherPackage(ports, record), options);
});

const text = (name: string) => readFile(join(context, name), 'utf8');

describe('the linters of the trade find nothing', () => {
  let python: string;
  const validate = (file: string) =>
    run(python, ['-m', 'kubernetes_validate', '--strict', '--quiet', file]);
  beforeAll(async () => {
    python = await pythonEnvironment(LINTERS);
  }, 180_000);

  it('hadolint, in the Dockerfile', async () => {
    const { stdout } = await run(join(python, '../hadolint'), [join(context, 'Dockerfile')]);
    expect(stdout).toBe('');
  });

  it('the schemas of Kubernetes, in its manifest, to the last property', async () => {
    const file = join(context, 'kubernetes.yaml');
    await validate(file);
    const broken = (await text('kubernetes.yaml')).replace('containerPort', 'containerprot');
    const wrong = join(await scratchDirectory(), 'wrong.yaml');
    await writeFile(wrong, broken);
    await expect(validate(wrong)).rejects.toMatchObject({
      stdout: expect.stringContaining("'containerPort' is a required property"),
    });
  });
});

/** Instructions of a Dockerfile, continued lines joined. */
async function instructions(): Promise<readonly (readonly [string, string])[]> {
  const lines = (await text('Dockerfile'))
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    return [name, rest.replace(/\s+/g, ' ').trim()] as const;
  });
}

describe('what the image is', () => {
  it('runs as nobody, from a pinned base, with all that it copies in its context', async () => {
    const all = await instructions();
    const argsOf = (name: string) =>
      all.filter(([found]) => found === name).map(([, rest]) => rest);
    expect(argsOf('ARG')).toEqual([expect.stringMatching(/^NODE_IMAGE=node:\d+\.\d+-/)]);
    expect(argsOf('USER')).toEqual(['10001:10001']);
    expect(argsOf('ADD')).toEqual([]);
    expect(argsOf('ENTRYPOINT')).toEqual([expect.stringMatching(/^\["node", /)]);
    for (const copied of argsOf('COPY').filter((rest) => !rest.startsWith('--from'))) {
      const source = (copied.split(' ')[0] ?? '').replace('package*.json', 'package.json');
      expect(existsSync(join(context, source)), source).toBe(true);
    }
    expect(await text('.dockerignore')).toBe('*\n!millrace\n!package\n');
    expect((await readdir(join(context, 'millrace', 'dist'))).sort()).not.toContain('bin');
  });

  it('is watched by the health routes and has a read-only disk on Kubernetes', async () => {
    const [deployment, service] = parseAllDocuments(await text('kubernetes.yaml')).map((found) =>
      found.toJS(),
    );
    const { containers, securityContext, volumes } = deployment.spec.template.spec;
    expect(containers[0]).toMatchObject({
      image: 'bikes:1',
      livenessProbe: { httpGet: { path: '/v2/health/live', port: 'http' } },
      readinessProbe: { httpGet: { path: '/v2/health/ready', port: 'http' } },
      securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
      resources: { requests: { memory: '256Mi' }, limits: { memory: '512Mi' } },
    });
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10_001 });
    expect(volumes.map(({ name }: { name: string }) => name)).toEqual(['state', 'scratch', 'keys']);
    expect(service.spec.selector).toEqual(deployment.spec.selector.matchLabels);
  });

  it.each([
    ['7days', 'model-7days'],
    ['1e3', 'model-1e3'],
    ['null', 'null'],
    [`1${'a'.repeat(56)}-b`, `model-1${'a'.repeat(56)}`],
  ])('names its objects as Kubernetes and YAML want it where the model is %s', (model, name) => {
    const facts = { model, version: 1, packageHash: 'a'.repeat(64), productVersion: '0.1.0' };
    const [deployment, service] = parseAllDocuments(kubernetesManifest(facts)).map((found) =>
      found.toJS(),
    );
    expect([deployment.metadata.name, service.metadata.name]).toEqual([name, name]);
    expect(service.spec.selector).toEqual(deployment.spec.selector.matchLabels);
  });

  it('its entry point serves the package from an empty state directory, and asks for a key', async () => {
    const all = await instructions();
    const state = await scratchDirectory();
    const made = await millrace(
      ['keys', 'create', '--name', 'shop', '--scope', 'predict', '--json'],
      {
        cwd: state,
        env: { MILLRACE_HOME: state },
      },
    );
    const { key } = document<{ key: string }>(made);
    const placed = (path: string) =>
      path
        .replace('/opt/millrace', join(context, 'millrace'))
        .replace('/opt/package', join(context, 'package'))
        .replace('/state', state);
    const env = Object.fromEntries(
      all
        .filter(([name, rest]) => name === 'ENV' && rest.includes('MILLRACE_PACKAGE'))
        .flatMap(([, rest]) => rest.split(' ').map((pair) => pair.split('=')))
        .map(([name, value = '']) => [name, placed(value)]),
    );
    const [, entry = '[]'] = all.find(([name]) => name === 'ENTRYPOINT') ?? [];
    const [program = '', ...args] = (JSON.parse(entry) as string[]).map(placed);
    await symlink(join(packageRoot(), 'node_modules'), join(context, 'millrace', 'node_modules'));
    const child = spawn(program, args, {
      cwd: state,
      env: {
        PATH: process.env['PATH'] ?? '',
        ...env,
        MILLRACE_GATEWAY_PORT: '0',
        // Nobody is there: a package has its own registry, whatever an installation shares.
        MILLRACE_REGISTRY_URL: 'postgres://nobody@127.0.0.1:1/shared',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const { address } = JSON.parse(await firstLine(child.stdout));
    const url = String(address).replace('0.0.0.0', '127.0.0.1');
    const ready = async () => (await fetch(`${url}/v2/health/ready`)).status;
    await expect.poll(ready, { timeout: 20_000 }).toBe(200);
    const rows = { dataframe_records: [{ a: 2, b: 3 }] };
    expect((await post(`${url}/invocations`, rows)).status).toBe(401);
    const answered = await fetch(`${url}/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(rows),
    });
    expect(await answered.json()).toMatchObject({ predictions: [7], model_version: '1' });
  });
});

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) {
    if (line.includes('"ready"')) return line;
  }
  throw new Error('the gateway ended before it was ready');
}
