import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach } from 'vitest';
import type { ProcessRunner, StepProcess } from '../../processes/ports.js';
import { createProcessRunner, type ProcessRunnerOptions } from '../../processes/process-runner.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import { createHome } from '../../storage/home/create-home.js';
import type { HomeLayout } from '../../storage/home/layout.js';

export const RUN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
export const PYTHON = process.env['MILLRACE_PYTHON'] ?? 'python3';

export interface Bench {
  readonly home: HomeLayout;
  readonly base: string;
  readonly artifacts: ArtifactStore;
  readonly runner: ProcessRunner;
  /** Runs a command as step `s`. */
  run(argv: readonly string[], more?: Partial<StepProcess>): ReturnType<ProcessRunner['run']>;
  /** Runs a shell script as step `s`. */
  shell(script: string, more?: Partial<StepProcess>): ReturnType<ProcessRunner['run']>;
  log(): Promise<string>;
}

/** A fresh home, pipeline directory and runner for each test. */
export function stepBench(
  more: (directory: string) => Partial<ProcessRunnerOptions> = () => ({}),
): () => Bench {
  let directory = '';
  let bench: Bench | null = null;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'millrace step-'));
    const home = await createHome(join(directory, '.millrace'));
    const base = join(directory, 'base');
    await mkdir(base);
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    const runner = createProcessRunner({
      home,
      artifacts,
      logger: pino({ level: 'silent' }),
      python: { executable: PYTHON, directory: resolve('python') },
      ...more(directory),
    });
    const run: Bench['run'] = (argv, more = {}) =>
      runner.run({
        runId: RUN_ID,
        stepId: 's',
        attempt: 1,
        argv,
        shell: false,
        baseDirectory: base,
        values: {},
        artifacts: {},
        env: {},
        signal: new AbortController().signal,
        killAfterMs: 5_000,
        onProgress: () => undefined,
        ...more,
      });
    bench = {
      home,
      base,
      artifacts,
      runner,
      run,
      shell: (script, more) => run([script], { shell: true, ...more }),
      log: () => readFile(join(home.logsDir, 'runs', RUN_ID, 's.1.log'), 'utf8'),
    };
  });
  afterEach(async () => {
    await bench?.runner.close();
    await rm(directory, { recursive: true, force: true });
  });

  return () => {
    if (bench === null) throw new Error('only inside a test');
    return bench;
  };
}

/** Waits, by looking, for what no event tells of. */
export async function eventually<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The text of a file once it has one. */
export function textOf(path: string): Promise<string> {
  return eventually(() => readFile(path, 'utf8').catch(() => null));
}

export async function script(bench: Bench, name: string, content: string): Promise<void> {
  await mkdir(join(bench.base, name, '..'), { recursive: true });
  await writeFile(join(bench.base, name), content, { mode: 0o755 });
}
