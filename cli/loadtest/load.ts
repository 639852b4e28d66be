import { LoadConnection } from './connection.js';

export interface LoadOptions {
  readonly url: URL;
  /** Requests as they go over the wire, sent in turn. */
  readonly requests: readonly Buffer[];
  readonly connections: number;
  readonly durationMs: number;
  /** Requests that are begun a second, whether or not those before are answered; `null`: each connection asks again once it is answered. */
  readonly ratePerSecond: number | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface LoadResult {
  /** Ascending: of answers with a status below 400. With a rate, from when each was to be sent. */
  readonly latenciesMs: Float64Array;
  readonly seconds: number;
  /** Answers by status; `0`: none came. */
  readonly statuses: ReadonlyMap<number, number>;
  /** What kept answers from coming, with how often. */
  readonly failures: ReadonlyMap<string, number>;
  /** Longest that this program itself was late with a request, in ms; 0 without a rate. */
  readonly generatorLateMs: number;
  /** Requests that were to be sent and were not until the end. */
  readonly unsent: number;
}

/**
 * Asks for a while and measures each answer. With a rate, requests are due at fixed times: one that
 * waits for a free connection has begun to wait when it was due, so that a server that stalls is not
 * asked less and looks no better for it (coordinated omission).
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { url, requests, connections, durationMs, ratePerSecond, timeoutMs, signal } = options;
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  const failures = new Map<string, number>();
  const startMs = performance.now();
  const endMs = startMs + durationMs;
  let sent = 0;
  const isOver = (): boolean => performance.now() >= endMs || signal.aborted;

  const ask = async (connection: LoadConnection, dueMs: number): Promise<void> => {
    const request = requests[sent % requests.length] ?? Buffer.alloc(0);
    sent += 1;
    try {
      const { status } = await connection.ask(request);
      count(statuses, status);
      if (status < 400) latencies.push(performance.now() - dueMs);
    } catch (error) {
      count(statuses, 0);
      count(failures, error instanceof Error ? error.message : String(error));
    }
  };
  /** When the next request is due; `null` once none is. */
  const nextDue = async (): Promise<number | null> => {
    if (isOver()) return null;
    if (ratePerSecond === null) return performance.now();
    const dueMs = startMs + (due / ratePerSecond) * 1_000;
    due += 1;
    if (dueMs >= endMs) return null;
    const waitMs = dueMs - performance.now();
    // No connection was free when it was due: it waits since then.
    if (waitMs <= 0) return signal.aborted ? null : dueMs;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    // What a timer was late is this program's own, and told apart.
    const nowMs = performance.now();
    generatorLateMs = Math.max(generatorLateMs, nowMs - dueMs);
    return signal.aborted ? null : nowMs;
  };
  let due = 0;
  let generatorLateMs = 0;
  const work = async (): Promise<void> => {
    const connection = new LoadConnection(url, timeoutMs);
    for (let at = await nextDue(); at !== null; at = await nextDue()) {
      // What is due long ago when the time is over is left, and counted.
      if (isOver()) break;
      await ask(connection, at);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - startMs) / 1_000;
  const meant = ratePerSecond === null ? sent : Math.floor((durationMs / 1_000) * ratePerSecond);
  return {
    latenciesMs: Float64Array.from(latencies).sort(),
    seconds,
    statuses,
    failures,
    generatorLateMs,
    unsent: signal.aborted ? 0 : Math.max(0, meant - sent),
  };
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
