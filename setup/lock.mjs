import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSameProcess, processStartTime } from './process-identity.mjs';

/** @typedef {{pid: number, startTime: string}} Owner */

/**
 * Takes a lock for as long as this process holds it or lives: a lock whose owner has died is taken
 * over.
 *
 * The lock is a directory that is filled beside its place and renamed there: renaming onto a
 * directory that is not empty fails, so a lock never exists without its owner's name in it.
 *
 * @param {string} lock - path of the lock; its parent is created
 * @returns {{release: () => void} | {owner: Owner | null}} the live owner where there is one; `null`
 * when it was just given up
 */
export function tryLock(lock) {
  mkdirSync(dirname(lock), { recursive: true });
  const mine = `${lock}.${randomUUID()}`;
  mkdirSync(mine);
  writeFileSync(join(mine, 'owner.json'), JSON.stringify(ownIdentity()));
  try {
    while (!tryRename(mine, lock)) {
      const owner = readOwner(lock);
      if (owner === null || isSameProcess(owner.pid, owner.startTime)) {
        rmSync(mine, { recursive: true, force: true });
        return { owner };
      }
      breakLock(lock, owner);
    }
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    throw error;
  }
  return { release: () => rmSync(lock, { recursive: true, force: true }) };
}

/**
 * Does `work` while no other process does it under the same lock.
 *
 * @template T
 * @param {string} lock
 * @param {(owner: number) => void} onWait - told once when another process holds the lock
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(lock, onWait, work) {
  let told = false;
  for (;;) {
    const attempt = tryLock(lock);
    if ('release' in attempt) {
      try {
        return await work();
      } finally {
        attempt.release();
      }
    }
    if (!told && attempt.owner !== null) {
      told = true;
      onWait(attempt.owner.pid);
    }
    await sleep(100);
  }
}

/**
 * Who holds the lock.
 *
 * @param {string} lock
 * @returns {Owner | null} `null` when nobody who lives does
 */
export function lockOwner(lock) {
  const owner = readOwner(lock);
  return owner !== null && isSameProcess(owner.pid, owner.startTime) ? owner : null;
}

/** @returns {Owner} */
function ownIdentity() {
  return { pid: process.pid, startTime: processStartTime(process.pid) ?? '' };
}

/**
 * @param {string} from
 * @param {string} to
 */
function tryRename(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * @param {string} lock
 * @returns {Owner | null} `null` when the lock has just been given up
 */
function readOwner(lock) {
  try {
    return JSON.parse(readFileSync(join(lock, 'owner.json'), 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Moves the dead owner's lock away. Between reading and moving, another process may have done the
 * same and taken the lock: then it is that one's lock that was moved, and it is put back.
 *
 * @param {string} lock
 * @param {Owner} dead
 */
function breakLock(lock, dead) {
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  const moved = readOwner(aside);
  const wasDead = moved === null || (moved.pid === dead.pid && moved.startTime === dead.startTime);
  if (!wasDead && tryRename(aside, lock)) return;
  rmSync(aside, { recursive: true, force: true });
}
