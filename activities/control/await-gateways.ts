import { setTimeout as wait } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import {
  type FailedLoad,
  type GatewayLease,
  isLeaseLive,
  startTimeoutMs,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 200;
/** A gateway tries again by itself; a version that it could not load so often is given up. */
const ATTEMPTS = 3;

export interface AwaitedChange {
  readonly model: string;
  /** What has to be loaded for it. */
  readonly versions: readonly number[];
  readonly isDone: (lease: GatewayLease) => boolean;
  /** What is not done, for the message: `version 3 is not served`. */
  readonly undone: string;
  /** What a gateway has instead: `version 2`. */
  readonly instead: (lease: GatewayLease) => string;
  /** What a gateway has for a version that loads at once; 30 s. */
  readonly patienceMs?: number;
}

export type AwaitedEnd =
  | { readonly end: 'done'; readonly live: number }
  | { readonly end: 'nobody' }
  | { readonly end: 'behind'; readonly detail: string };

/**
 * Waits until every live gateway has followed: 30 s, and as much longer as the server of a version
 * may take to start. A gateway that says that it cannot load a version is waited for until its third
 * attempt, and for no longer than those 30 s. Heartbeats, so that a rollback can stop the wait.
 */
export async function awaitGateways(
  { registry }: Pick<ActivityDeps, 'registry'>,
  { model, versions, isDone, undone, instead, patienceMs = PATIENCE_MS }: AwaitedChange,
): Promise<AwaitedEnd> {
  const context = Context.current();
  const begunMs = Date.now();
  const longestMs = patienceMs + (await longestStartMs(registry, model, versions));
  for (;;) {
    const live = (await registry.leases()).filter((lease) => isLeaseLive(lease, Date.now()));
    if (live.length === 0) return { end: 'nobody' };
    const behind = live.filter((lease) => !isDone(lease));
    if (behind.length === 0) return { end: 'done', live: live.length };
    const failed = behind.flatMap((lease) => failureOf(lease, model, versions) ?? []);
    const waitedMs = Date.now() - begunMs;
    const isHopeless = failed.some(
      ({ attempts, at }) =>
        // What failed before is of an earlier change, and may be mended.
        Date.parse(at) >= begunMs && (attempts >= ATTEMPTS || waitedMs >= patienceMs),
    );
    if (isHopeless || waitedMs >= longestMs) {
      const named = behind.map(
        (lease) => `${lease.id} (${instead(lease)})${saidBy(lease, model, versions)}`,
      );
      const seconds = Math.round(waitedMs / 1_000);
      return { end: 'behind', detail: `${undone} after ${seconds} s by ${named.join(', ')}` };
    }
    context.heartbeat();
    await wait(LOOK_EVERY_MS, undefined, { signal: context.cancellationSignal });
  }
}

function failureOf(
  { failures }: GatewayLease,
  model: string,
  versions: readonly number[],
): FailedLoad | undefined {
  return failures?.[model]?.find(({ version }) => versions.includes(version));
}

function saidBy(lease: GatewayLease, model: string, versions: readonly number[]): string {
  const failure = failureOf(lease, model, versions);
  if (failure === undefined) return '';
  const { attempts, version, reason } = failure;
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return `, which tried ${times} to load version ${version}: ${reason}`;
}

async function longestStartMs(
  registry: ActivityDeps['registry'],
  model: string,
  versions: readonly number[],
): Promise<number> {
  const records = await Promise.all(versions.map((version) => registry.version(model, version)));
  return Math.max(
    0,
    ...records.map((record) => (record === null ? 0 : startTimeoutMs(record.content))),
  );
}
