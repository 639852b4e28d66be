import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process started, as text that differs between two processes that had the same id one after
 * the other. Only equality of two answers from one boot of one machine means anything.
 *
 * @param {number} pid
 * @returns {string | null} `null` when there is no such process, or it has ended and waits to be
 * collected
 */
export function processStartTime(pid) {
  return process.platform === 'linux' ? linuxStartTime(pid) : posixStartTime(pid);
}

/**
 * @param {number} pid
 */
function linuxStartTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command's name in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    // Field 22 of proc(5): start time in clock ticks since boot.
    return state === 'Z' || state === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/**
 * @param {number} pid
 */
function posixStartTime(pid) {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    }).trim();
    return text === '' || text.startsWith('Z') ? null : text.slice(text.indexOf(' ') + 1).trim();
  } catch {
    return null;
  }
}

/**
 * Whether the process that was seen with this id and start time still runs.
 *
 * @param {number} pid
 * @param {string} startTime - as {@link processStartTime} gave it
 */
export function isSameProcess(pid, startTime) {
  return processStartTime(pid) === startTime;
}
