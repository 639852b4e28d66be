import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../../contracts/index.js';
import { lockOwner } from '../../setup/lock.mjs';
import type { HomeLayout } from '../../storage/home/layout.js';
import { localTemporalEnv, temporalTarget } from '../../temporal/connection.js';
import { startBackgroundStack } from './background.js';
import { DEFAULT_IDLE_MS } from './idle.js';
import { installedPrograms } from './installed.js';
import { usesForeignServer } from './stack.js';
import { readLiveStack, type StackState, stackLock, touchLastUsed } from './stack-file.js';

const STARTING_TIMEOUT_MS = 60_000;

export interface EnsuredStack {
  readonly temporalAddress: string;
  /** Base URL; `null` where no stack of this state directory runs one. */
  readonly gatewayAddress: string | null;
  /** This call started it. */
  readonly startedHere: boolean;
  /** With this environment `connectTemporal` reaches the server. */
  readonly env: NodeJS.ProcessEnv;
}

export interface EnsureStackOptions {
  readonly home: HomeLayout;
  readonly env: NodeJS.ProcessEnv;
  /** Tells the person that a stack is being started. */
  readonly notify: (text: string) => void;
}

/**
 * Finds the stack that runs for a state directory, without starting anything.
 *
 * @returns `null` where none runs and no server is named by `TEMPORAL_ADDRESS`
 */
export function findStack(home: HomeLayout, env: NodeJS.ProcessEnv): EnsuredStack | null {
  const state = readLiveStack(home);
  if (usesForeignServer(env)) {
    const { address } = temporalTarget({ env });
    const same = state?.temporalAddress === address;
    return {
      temporalAddress: address,
      gatewayAddress: same ? state.gatewayAddress : null,
      startedHere: false,
      env,
    };
  }
  return state?.ready === true ? running(state, env, false) : null;
}

/**
 * Makes sure that there is a Temporal server with a worker: the one that `TEMPORAL_ADDRESS` names,
 * the stack that runs for this state directory, or else one started now in the background on free
 * ports, which ends itself after 10 idle minutes (`MILLRACE_IDLE_MS`).
 *
 * @throws MillraceError `EnvironmentMissing` when set-up has not been run, `ServiceUnavailable` when
 * the stack does not start
 */
export async function ensureStack({
  home,
  env,
  notify,
}: EnsureStackOptions): Promise<EnsuredStack> {
  touchLastUsed(home);
  const deadline = performance.now() + STARTING_TIMEOUT_MS;
  for (;;) {
    const found = findStack(home, env);
    if (found !== null) return found;
    if (lockOwner(stackLock(home)) === null) {
      const started = await start({ home, env, notify });
      if (started !== null) return running(started, env, true);
    } else if (performance.now() > deadline) {
      throw new MillraceError(
        'ServiceUnavailable',
        `millrace is being started for ${home.root} by another command, but does not become ready`,
        'run `millrace down`, then this again',
      );
    }
    await sleep(50);
  }
}

/** @returns `null` when another command started one at the same moment: that one is used */
async function start({ home, env, notify }: EnsureStackOptions): Promise<StackState | null> {
  const idleMs = idleMsOf(env);
  notify('nothing runs here yet: starting millrace in the background');
  try {
    const state = await startBackgroundStack(
      { home, programs: installedPrograms(), temporalPort: 0, gatewayPort: 0, idleMs },
      env,
    );
    notify(
      `millrace runs in the background (process ${state.supervisor.pid}, gateway ${state.gatewayAddress}); it ends itself when idle, \`millrace down\` ends it at once`,
    );
    return state;
  } catch (error) {
    if (lockOwner(stackLock(home)) !== null) return null;
    throw error;
  }
}

function idleMsOf(env: NodeJS.ProcessEnv): number {
  const text = env['MILLRACE_IDLE_MS'];
  if (text === undefined || text === '') return DEFAULT_IDLE_MS;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new MillraceError(
    'InvalidInput',
    `MILLRACE_IDLE_MS is ${text}, which is no number of milliseconds`,
    'set it to a positive integer, or unset it',
  );
}

function running(state: StackState, env: NodeJS.ProcessEnv, startedHere: boolean): EnsuredStack {
  return {
    temporalAddress: state.temporalAddress,
    gatewayAddress: state.gatewayAddress,
    startedHere,
    env: state.ownServer ? localTemporalEnv(env, state.temporalAddress) : env,
  };
}
