import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { MillraceError } from '../contracts/index.js';

/**
 * Reads `add GROUP` and `del GROUP`, answers each `add` once it holds, and SIGKILLs what is left
 * when its input closes. POSIX sh: 1 MB of memory where node takes 40.
 */
const SCRIPT = `
trap '' HUP INT TERM PIPE
groups=
while read -r verb group; do
  kept=
  for known in $groups; do
    [ "$known" = "$group" ] || kept="$kept $known"
  done
  groups=$kept
  if [ "$verb" = add ]; then
    groups="$groups $group"
    echo "$group"
  fi
done
for group in $groups; do
  kill -s KILL -- "-$group" 2>/dev/null
done
`;

/** Ends the process groups of a worker that dies, however it dies. */
export interface Watchdog {
  /** Resolves once the watchdog would end this group. */
  add(group: number): Promise<void>;
  remove(group: number): void;
  /** Ends every group that is left, then itself. */
  close(): Promise<void>;
}

/**
 * Starts a watchdog in a session of its own, so that a Ctrl-C at the terminal does not reach it. It
 * blocks on a pipe that only this process holds: the kernel closes it at this process's death, SIGKILL
 * included. Started with the first group, and again with all groups should it ever be killed itself.
 */
export function createWatchdog(): Watchdog {
  const groups = new Set<number>();
  const waiting = new Map<number, () => void>();
  let child: ChildProcess | null = null;
  let closed = false;

  function start(): ChildProcess {
    const started = spawn('/bin/sh', ['-c', SCRIPT], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      cwd: '/',
      env: {},
    });
    started.on('error', () => undefined);
    started.stdin.on('error', () => undefined);
    createInterface({ input: started.stdout }).on('line', (line) => {
      waiting.get(Number(line))?.();
      waiting.delete(Number(line));
    });
    started.on('exit', () => {
      if (child !== started) return;
      child = null;
      if (closed || groups.size === 0) return;
      child = start();
      for (const group of groups) tell(child, `add ${group}`);
    });
    return started;
  }

  return {
    async add(group) {
      if (closed) throw new MillraceError('Internal', 'the process runner is closed');
      groups.add(group);
      child ??= start();
      const answered = new Promise<void>((resolve) => waiting.set(group, resolve));
      tell(child, `add ${group}`);
      await answered;
    },
    remove(group) {
      groups.delete(group);
      if (child !== null) tell(child, `del ${group}`);
    },
    async close() {
      closed = true;
      const ending = child;
      if (ending === null) return;
      const exited = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
      if (ending.exitCode !== null || ending.signalCode !== null) return;
      ending.stdin?.end();
      await exited;
    },
  };
}

function tell(child: ChildProcess, line: string): void {
  child.stdin?.write(`${line}\n`);
}
