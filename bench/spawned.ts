import { type SpawnOptions, spawn } from 'node:child_process';
import { MillraceError } from '../contracts/index.js';
import { commandFile, packageRoot } from '../setup/places.mjs';

/** The command line, as the build made it. */
export const CLI = commandFile(packageRoot());

/**
 * Runs a Node program to its end.
 *
 * @returns what it printed on stdout and how long it took from spawn to exit
 * @throws MillraceError `Internal` when it ends with an error
 */
export async function runProgram(
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'>,
): Promise<{ readonly stdout: string; readonly tookMs: number }> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const tookMs = performance.now() - startedMs;
  if (code === 0) return { stdout, tookMs };
  throw new MillraceError(
    'Internal',
    `node ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`,
  );
}
