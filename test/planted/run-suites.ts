import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A test file of a copy of the project, and those of its tests that are run. */
export interface SuiteRun {
  /** Root of the copy. */
  readonly root: string;
  /** From there. */
  readonly suite: string;
  /** Titles, or with those of what they stand in before them. */
  readonly tests: readonly string[];
}

export interface SuiteEnd {
  readonly root: string;
  /** Those that were run; `said` is null of one that passed. */
  readonly tests: readonly { readonly title: string; readonly said: string | null }[];
  /** What went wrong outside of any test. */
  readonly trouble: string;
}

/**
 * Runs the suites of all copies by one vitest, in a process of its own.
 *
 * @param directory - for its files, and the temporary ones of the tests
 */
export async function runSuites(
  directory: string,
  runs: readonly SuiteRun[],
): Promise<readonly SuiteEnd[]> {
  const [suites, ends] = [join(directory, 'suites.json'), join(directory, 'ends.json')];
  writeFileSync(suites, JSON.stringify(runs));
  const printed = await vitest(directory, [suites, ends]);
  try {
    return JSON.parse(readFileSync(ends, 'utf8'));
  } catch (cause) {
    throw new Error(`vitest did not come to an end:\n${printed}`, { cause });
  }
}

function vitest(directory: string, args: readonly string[]): Promise<string> {
  // What the vitest says of itself in which this runs.
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TINYPOOL)/.test(name));
  const program = join(import.meta.dirname, 'suites-program.mjs');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: directory,
    env: { ...Object.fromEntries(own), TMPDIR: directory, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => printed.push(String(chunk)));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(printed.join('')));
  });
}
