import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Tells a process apart from a later one with the same id: when it started, and in which boot.
 *
 * @returns an opaque text, equal for the same process at any time; `null` when there is no such process
 */
export async function processIdentity(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? linuxIdentity(pid) : psIdentity(pid);
}

/** Process ids of a group that are still running; those that only wait to be reaped do not count. */
export async function livingMembers(group: number): Promise<readonly number[]> {
  if (!groupExists(group)) return [];
  if (process.platform !== 'linux') return [group];
  // Where process 1 does not reap (some containers), a dead group lingers as zombies for ever.
  const members: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readStat(Number(name));
    if (stat?.group === group && stat.state !== 'Z' && stat.state !== 'X') {
      members.push(Number(name));
    }
  }
  return members;
}

/** @returns false when the group was gone already */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function linuxIdentity(pid: number): Promise<string | null> {
  const stat = await readStat(pid);
  if (stat === null || stat.state === 'Z') return null;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()}:${stat.startTicks}`;
}

interface ProcessStat {
  readonly state: string;
  readonly group: number;
  readonly startTicks: string;
}

async function readStat(pid: number): Promise<ProcessStat | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // The program's name, in parentheses, may hold anything: fields are counted from its end (field 3).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', group: Number(fields[2]), startTicks: fields[19] ?? '' };
}

async function psIdentity(pid: number): Promise<string | null> {
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() || null;
}
