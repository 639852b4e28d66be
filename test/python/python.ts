import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../contracts/index.js';

/** Python of the environment that set-up made; tests that need it are skipped without. */
export const PYTHON = process.env['MILLRACE_PYTHON'] ?? '';
export const WITHOUT_PYTHON = PYTHON === '';
/** Why, for the name of a skipped suite. */
export const PYTHON_NOTE = WITHOUT_PYTHON ? ' (skipped: MILLRACE_PYTHON is not set)' : '';

export const PYTHON_DIRECTORY = fileURLToPath(new URL('../../python', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What was written to fd 3. */
  readonly progress: string;
}

/** Runs Python with the millrace programs importable. */
export async function runPython(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly stdin?: string } = {},
): Promise<Ended> {
  const child = spawn(PYTHON, argv, {
    cwd: options.cwd,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONPATH: PYTHON_DIRECTORY, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const [, stdout, stderr, progress] = child.stdio;
  child.stdin?.end(options.stdin ?? '');
  const read = async (stream: unknown) => {
    let text = '';
    for await (const chunk of stream as AsyncIterable<Buffer>) text += chunk.toString();
    return text;
  };
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const texts = await Promise.all([read(stdout), read(stderr), read(progress)]);
  return { code: await code, stdout: texts[0], stderr: texts[1], progress: texts[2] };
}

/** A directory as the process runner prepares it for a step. */
export async function prepareStep(
  directory: string,
  values: JsonObject,
  data: string,
): Promise<string> {
  await mkdir(join(directory, 'outputs'), { recursive: true });
  await writeFile(
    join(directory, 'inputs.json'),
    JSON.stringify({ values, artifacts: { data: { path: data } } }),
  );
  return directory;
}

/** Trains in many prepared directories with one interpreter: importing is what costs. */
export async function trainAll(directories: readonly string[]): Promise<readonly TrainedStep[]> {
  const ended = await runPython(['-c', TRAIN_ALL, ...directories]);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return Promise.all(
    directories.map(async (directory) => {
      const error = await readFile(join(directory, 'error.txt'), 'utf8').catch(() => null);
      const outputs =
        error === null ? await readFile(join(directory, 'outputs.json'), 'utf8') : '{}';
      return { error, outputs: JSON.parse(outputs) };
    }),
  );
}

export interface TrainedStep {
  /** Class and message of what was raised. */
  readonly error: string | null;
  readonly outputs: {
    // biome-ignore lint/suspicious/noExplicitAny: what Python wrote is what the test looks into
    readonly values: any;
    readonly metrics: Record<string, number>;
  };
}

const TRAIN_ALL = `
import sys
from pathlib import Path
from train import train
for directory in map(Path, sys.argv[1:]):
    try:
        train(directory)
    except Exception as error:
        (directory / "error.txt").write_text(f"{type(error).__name__}: {error}")
`;
