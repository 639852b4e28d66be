import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessMemory {
  readonly pid: number;
  readonly command: string;
  /** Proportional set size in bytes: pages that n processes share count 1/n in each. */
  readonly pssBytes: number;
  /** Resident set size in bytes: shared pages count in each. */
  readonly rssBytes: number;
}

/** Of `/proc/<pid>/stat` after the name in brackets: parent, user time, system time. */
const PARENT = 1;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

let ticksPerSecond: number | null = null;

/** Processor time that a process has taken so far, in ms; Linux counts in steps of 10. */
export function cpuMs(pid: number): number {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const fields = statFields(pid);
  return ((Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * 1_000) / ticksPerSecond;
}

/** @throws Error where there is no `/proc/<pid>/smaps_rollup`: not Linux, or the process is gone */
export function memoryOf(pid: number): ProcessMemory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1_024;
  return {
    pid,
    command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
    pssBytes: bytes('Pss'),
    rssBytes: bytes('Rss'),
  };
}

/** A process, its children, and theirs. */
export function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const parent = Number(statFields(pid)[PARENT]);
      children.set(parent, [...(children.get(parent) ?? []), pid]);
    } catch {
      // It has ended since the directory was read.
    }
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

function statFields(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
