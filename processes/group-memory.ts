import { readFile } from 'node:fs/promises';
import { livingMembers } from './process-identity.js';

const KIBIBYTE = 1_024;

/**
 * Memory that the processes of a group hold, in bytes: what each has for itself and its share of what
 * several have. 0 where the system does not tell.
 */
export async function groupMemoryBytes(group: number): Promise<number> {
  const members = await livingMembers(group);
  const sizes = await Promise.all(members.map(memoryOf));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

async function memoryOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const status = rollup === '' ? await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '') : '';
  const [, kibibytes = '0'] = /^(?:Pss|VmRSS):\s+(\d+) kB/m.exec(rollup || status) ?? [];
  return Number(kibibytes) * KIBIBYTE;
}
