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
  options: { readonly step?: string; readonly stdin?: string } = {},
): Promise<Ended> {
  const child = spawn(PYTHON, argv, {
    cwd: options.step,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PYTHONPATH: PYTHON_DIRECTORY,
      PYTHONDONTWRITEBYTECODE: '1',
      ...(options.step !== undefined && contractVariables(options.step)),
    },
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

function contractVariables(directory: string): NodeJS.ProcessEnv {
  return {
    MILLRACE_INPUTS: join(directory, 'inputs.json'),
    MILLRACE_OUTPUTS: join(directory, 'outputs'),
    MILLRACE_OUTPUTS_JSON: join(directory, 'outputs.json'),
  };
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
  const environments = directories.map(contractVariables);
  const ended = await runPython(['-c', TRAIN_ALL], { stdin: JSON.stringify(environments) });
  if (ended.code !== 0) throw new Error(ended.stderr);
  const errors: readonly (string | null)[] = JSON.parse(ended.stdout.split('\n').at(-2) ?? '[]');
  return Promise.all(
    directories.map(async (directory, at) => {
      const error = errors[at] ?? null;
      if (error !== null) return { error, trained: null, metrics: {} };
      const read = async (name: string) =>
        JSON.parse(await readFile(join(directory, name), 'utf8'));
      const { metrics } = await read('outputs.json');
      return { error, trained: await read('outputs/trained.json'), metrics };
    }),
  );
}

export interface TrainedStep {
  /** Class and message of what was raised. */
  readonly error: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: what Python wrote is what the tests look into
  readonly trained: any;
  readonly metrics: { readonly [name: string]: number };
}

const TRAIN_ALL = `
import json, sys
from millrace_step import Step
from train import train
errors = []
for environment in json.load(sys.stdin):
    try:
        train(Step(environment))
        errors.append(None)
    except Exception as error:
        errors.append(f"{type(error).__name__}: {error}")
print(json.dumps(errors))
`;
