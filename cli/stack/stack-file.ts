import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isSameProcess } from '../../setup/process-identity.mjs';
import type { HomeLayout } from '../../storage/home/layout.js';

/** A process as it can be found again: an id alone may belong to another by now. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As `processStartTime` gave it. */
  readonly startTime: string;
}

export interface StackProcess extends ProcessIdentity {
  readonly name: 'temporal' | 'worker' | 'gateway';
}

/** `run/stack.json`: what runs in this state directory, for other commands to find. */
export interface StackState {
  readonly format: 1;
  /** The process that started the others and ends them. */
  readonly supervisor: ProcessIdentity;
  readonly ready: boolean;
  readonly background: boolean;
  readonly temporalAddress: string;
  /** False where `TEMPORAL_ADDRESS` names the server. */
  readonly ownServer: boolean;
  /** Temporal's own web page; `null` where it is off. */
  readonly temporalUiUrl: string | null;
  /** Base URL of the gateway. */
  readonly gatewayAddress: string;
  readonly processes: readonly StackProcess[];
  /** RFC 3339 on the wall clock. */
  readonly startedAt: string;
}

export function stackFile(home: HomeLayout): string {
  return join(home.runtimeDir, 'stack.json');
}

/** Held by the supervisor for as long as it lives: two stacks never share a state directory. */
export function stackLock(home: HomeLayout): string {
  return join(home.runtimeDir, 'stack.lock');
}

export function readStack(home: HomeLayout): StackState | null {
  try {
    const state = JSON.parse(readFileSync(stackFile(home), 'utf8')) as StackState;
    return state.format === 1 ? state : null;
  } catch {
    return null;
  }
}

/** The stack whose supervisor lives; `null` for none, or a file that a dead one left. */
export function readLiveStack(home: HomeLayout): StackState | null {
  const state = readStack(home);
  return state !== null && isAlive(state.supervisor) ? state : null;
}

export function writeStack(home: HomeLayout, state: StackState): void {
  mkdirSync(home.runtimeDir, { recursive: true });
  const beside = `${stackFile(home)}.${process.pid}`;
  writeFileSync(beside, `${JSON.stringify(state, null, 2)}\n`, { flush: true });
  renameSync(beside, stackFile(home));
}

export function removeStack(home: HomeLayout): void {
  rmSync(stackFile(home), { force: true });
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return isSameProcess(pid, startTime);
}

/** Tells a stack that ends itself when idle that somebody works with it. */
export function touchLastUsed(home: HomeLayout): void {
  const file = lastUsedFile(home);
  mkdirSync(home.runtimeDir, { recursive: true });
  writeFileSync(file, '', { flag: 'a' });
  const now = new Date();
  utimesSync(file, now, now);
}

/** @returns milliseconds since the epoch, 0 when never */
export function lastUsedMs(home: HomeLayout): number {
  return statSync(lastUsedFile(home), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function lastUsedFile(home: HomeLayout): string {
  return join(home.runtimeDir, 'last-used');
}
