import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DockerContainer } from '../../../contracts/index.js';
import { type Bench, stepBench } from '../step-bench.js';

const STAND_IN = resolve('test/support/stand-ins/docker.mjs');

/** What runs in every test: an image with a shell and Python, which the machine itself provides. */
export const IMAGE = 'registry.test/tools:1';
export const CONTAINER: DockerContainer = { kind: 'docker', image: IMAGE };

export interface DockerBench extends Bench {
  /** The engine's own directory. */
  readonly engine: string;
  /** Names of the containers that are there. */
  containers(): Promise<readonly string[]>;
  /** Words of every call of the command line. */
  calls(): Promise<readonly (readonly string[])[]>;
  /** The environment of a worker that has the stand-in. */
  readonly env: NodeJS.ProcessEnv;
}

/** A {@link stepBench} whose containers are run by the stand-in for the docker command line. */
export function dockerBench(): () => Promise<DockerBench> {
  const engineOf = (directory: string) => join(directory, 'engine');
  const envOf = (directory: string): NodeJS.ProcessEnv => ({
    ...process.env,
    MILLRACE_DOCKER: STAND_IN,
    STAND_IN_STATE: engineOf(directory),
    A_SECRET_OF_THE_WORKER: 'secret',
  });
  const bench = stepBench((directory) => ({ env: envOf(directory) }));

  return async () => {
    const directory = join(bench().home.root, '..');
    const engine = engineOf(directory);
    await mkdir(engine, { recursive: true });
    const shelf = { [IMAGE]: 'tools', 'registry.test/bare:1': 'no shell' };
    await writeFile(join(engine, 'registry.json'), JSON.stringify(shelf));
    return {
      ...bench(),
      engine,
      env: envOf(directory),
      containers: async () =>
        (await readdir(join(engine, 'containers')).catch(() => [])).flatMap((name) =>
          name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : [],
        ),
      calls: async () =>
        (await readFile(join(engine, 'calls.ndjson'), 'utf8'))
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as string[]),
    };
  };
}

/** Whether the stand-in could make mounts of its own: else nothing is hidden or read-only. */
export function isIsolated({ engine }: DockerBench): boolean {
  const file = join(engine, 'isolation.json');
  return existsSync(file) && readFileSync(file, 'utf8') !== '[]';
}
