import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { MillraceError } from '../../contracts/index.js';

export interface MeasuredProcess {
  /** From spawn to exit. */
  readonly seconds: number;
  /** The most that was resident at a time, all threads; 0 where the system does not tell. */
  readonly rssMiB: number;
  readonly stdout: string;
}

/** Between two looks at the process's memory. */
const LOOK_MS = 20;

/**
 * Runs a program to its end, with its time and the most memory it had resident.
 *
 * @throws MillraceError `Internal` when it ends with an error, or takes longer than allowed
 */
export async function measureProcess(
  command: readonly [string, ...string[]],
  options: { readonly env: NodeJS.ProcessEnv; readonly timeoutSeconds?: number },
): Promise<MeasuredProcess> {
  const [program, ...args] = command;
  const startedMs = performance.now();
  const child = spawn(program, args, {
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: (options.timeoutSeconds ?? 900) * 1_000,
  });
  let stdout = '';
  let stderr = '';
  let rssMiB = 0;
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const look = setInterval(() => {
    rssMiB = Math.max(rssMiB, child.pid === undefined ? 0 : mostResidentMiB(child.pid));
  }, LOOK_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearInterval(look));
  const seconds = (performance.now() - startedMs) / 1_000;
  if (code === 0) return { seconds, rssMiB, stdout };
  const why = code === null ? `was ended after ${Math.round(seconds)} s` : `ended with ${code}`;
  throw new MillraceError('Internal', `${command.join(' ')} ${why}:\n${stderr.slice(-2_000)}`);
}

/** The kernel's own high-water mark, so that nothing is missed between two looks. */
function mostResidentMiB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
