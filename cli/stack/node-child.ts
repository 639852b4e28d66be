import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { JsonObject } from '../../contracts/index.js';

export interface NodeChildOptions {
  /** JavaScript file to run. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where its log goes: a file descriptor, or this process's own stderr. */
  readonly log: number | 'inherit';
  /** Given the lines that it prints besides, as alerts; this process prints them when absent. */
  readonly onLine?: (line: string) => void;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Both keep the memory of a process at rest down, by a tenth each: what was allocated in a burst at
 * the start is given back, where otherwise each thread and V8's young generation keep their share.
 */
const SMALL_HEAP = ['--max-semi-space-size=8'];
const FEW_ARENAS = { MALLOC_ARENA_MAX: '2' };

/**
 * A worker or gateway process. It says on stdout when it is ready, as one JSON line with
 * `"event":"ready"`, and stops when its standard input closes, which the system does for us if this
 * process is killed.
 */
export class NodeChild {
  readonly pid: number;
  /** What the ready line said. Rejects when the process ends before. */
  readonly ready: Promise<JsonObject>;
  readonly ended: Promise<ChildEnd>;
  readonly #child: ChildProcess;

  constructor({ program, env, log, onLine = print }: NodeChildOptions) {
    const child = spawn(process.execPath, [...SMALL_HEAP, program], {
      env: { ...FEW_ARENAS, ...env, MILLRACE_PARENT_PIPE: '1' },
      stdio: ['pipe', 'pipe', log],
      // Ctrl-C in the terminal is for us: we stop the processes in their order.
      detached: true,
    });
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.ended = new Promise((resolve) => {
      child.once('error', () => resolve({ code: null, signal: null }));
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    // A pipe to a process that has just died.
    child.stdin?.on('error', () => {});
    this.ready = this.#readyLine(onLine);
    // Whoever waits is told; that nobody waits is no error.
    this.ready.catch(() => {});
  }

  /** Asks it to stop and waits; SIGKILL when it does not within the time. */
  async stop(graceMs: number): Promise<ChildEnd> {
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    const end = await this.ended;
    clearTimeout(late);
    return end;
  }

  #readyLine(onLine: (line: string) => void): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      const { stdout } = this.#child;
      if (stdout !== null) {
        createInterface({ input: stdout }).on('line', (line) => {
          const said = parseLine(line);
          if (said?.['event'] === 'ready') resolve(said);
          else onLine(line);
        });
      }
      void this.ended.then((end) => reject(new Error(endInWords(end))));
    });
  }
}

export function endInWords({ code, signal }: ChildEnd): string {
  if (signal !== null) return `ended by ${signal}`;
  return code === null ? 'could not be started' : `exit code ${code}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function parseLine(line: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}
