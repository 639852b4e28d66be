import { mkdir, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../contracts/index.js';
import type { ArtifactStore } from '../storage/artifacts/port.js';
import type { StepProcess } from './ports.js';

/** Runs whose failed steps' directories are kept for a look; older ones are removed. */
export const KEPT_FAILED_RUNS = 20;

/** The directory of one attempt, the process's working directory. */
export interface StepDirectory {
  readonly path: string;
  readonly inputsFile: string;
  readonly outputsDir: string;
  readonly outputsFile: string;
  /** The artifacts that `inputs.json` names: read by the process, never written. */
  readonly inputPaths: readonly string[];
}

/**
 * Makes the directory of an attempt, `<work>/<runId>/<step>/<attempt>/`, with `inputs.json` and an
 * empty `outputs/`. What an earlier worker may have left there is removed first.
 *
 * @throws MillraceError `ArtifactCorrupt` when an input is missing from the store or damaged
 */
export async function makeStepDirectory(
  workDir: string,
  step: StepProcess,
  artifacts: ArtifactStore,
): Promise<StepDirectory> {
  const path = join(workDir, segment(step.runId), segment(step.stepId), String(step.attempt));
  const directory = {
    path,
    inputsFile: join(path, 'inputs.json'),
    outputsDir: join(path, 'outputs'),
    outputsFile: join(path, 'outputs.json'),
  };
  await rm(path, { recursive: true, force: true });
  await mkdir(directory.outputsDir, { recursive: true, mode: 0o700 });
  const fetched = await Promise.all(
    Object.entries(step.artifacts).map(
      async ([name, ref]) => [name, await fetchInput(ref)] as const,
    ),
  );
  async function fetchInput(ref: ArtifactRef) {
    const { sha256, bytes, mediaType } = ref;
    return { path: await artifacts.localPath(ref), sha256, bytes, mediaType };
  }
  const inputs = { values: step.values, artifacts: Object.fromEntries(fetched) };
  await writeFile(directory.inputsFile, JSON.stringify(inputs, null, 2));
  return { ...directory, inputPaths: fetched.map(([, input]) => input.path) };
}

/** Removes an attempt's directory, and those of its step and run where they are empty then. */
export async function removeStepDirectory(workDir: string, step: StepProcess): Promise<void> {
  const run = join(workDir, segment(step.runId));
  const all = join(run, segment(step.stepId));
  await rm(join(all, String(step.attempt)), { recursive: true, force: true });
  await removeIfEmpty(all);
  await removeIfEmpty(run);
}

/** Removes the directories of all but the newest {@link KEPT_FAILED_RUNS} runs, never of `active` ones. */
export async function pruneFailedRuns(workDir: string, active: ReadonlySet<string>): Promise<void> {
  const runs: { readonly path: string; readonly changedMs: number }[] = [];
  for (const name of await readdir(workDir)) {
    const path = join(workDir, name);
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() === true && !active.has(decodeURIComponent(name))) {
      runs.push({ path, changedMs: found.mtimeMs });
    }
  }
  runs.sort((a, b) => b.changedMs - a.changedMs);
  for (const { path } of runs.slice(KEPT_FAILED_RUNS)) {
    await rm(path, { recursive: true, force: true });
  }
}

/** A run's or step's id as one name in a directory, whatever it holds. */
export function segment(id: string): string {
  const name = encodeURIComponent(id);
  return name.startsWith('.') ? `%2E${name.slice(1)}` : name;
}

async function removeIfEmpty(path: string): Promise<void> {
  await rmdir(path).catch(() => undefined);
}
