import { failedRequests, type LoadReport } from './report.js';

export interface StressOptions {
  /** Runs one load at this rate. */
  readonly runAt: (ratePerSecond: number) => Promise<LoadReport>;
  /** A rate whose p99 is above is too much. */
  readonly p99BoundMs: number;
  readonly firstRate: number;
  readonly signal: AbortSignal;
}

export interface StressReport {
  /** Highest rate that was kept; `null` where the first was too much. */
  readonly highestRate: number | null;
  /** Lowest rate that was not, and why; `null` where none was too much. */
  readonly tooMuch: { readonly ratePerSecond: number; readonly why: string } | null;
  readonly p99BoundMs: number;
  /** In the order in which they were tried. */
  readonly loads: readonly LoadReport[];
}

const MAX_RATE = 200_000;
/** The answer is known to a twentieth. */
const PRECISION = 1.05;

/**
 * The highest rate that is answered without an error and with p99 within its bound: doubled until it
 * is too much, then halved in between.
 */
export async function findHighestRate(options: StressOptions): Promise<StressReport> {
  const { runAt, p99BoundMs, firstRate, signal } = options;
  const loads: LoadReport[] = [];
  let kept: number | null = null;
  let tooMuch: StressReport['tooMuch'] = null;
  const tryRate = async (ratePerSecond: number): Promise<void> => {
    const load = await runAt(ratePerSecond);
    if (signal.aborted) return;
    loads.push(load);
    const why = whyTooMuch(load, p99BoundMs);
    if (why === null) kept = ratePerSecond;
    else tooMuch = { ratePerSecond, why };
  };
  for (let rate = firstRate; tooMuch === null && rate <= MAX_RATE && !signal.aborted; rate *= 2) {
    await tryRate(rate);
  }
  for (;;) {
    const [below, above] = [kept ?? 0, limit(tooMuch)];
    if (signal.aborted || above === null || above <= Math.max(1, below) * PRECISION) break;
    const between = Math.round((below + above) / 2);
    if (between <= below || between >= above) break;
    await tryRate(between);
  }
  return { highestRate: kept, tooMuch, p99BoundMs, loads };
}

function limit(tooMuch: StressReport['tooMuch']): number | null {
  return tooMuch?.ratePerSecond ?? null;
}

function whyTooMuch(load: LoadReport, p99BoundMs: number): string | null {
  const failed = failedRequests(load);
  if (failed > 0) return `${failed} requests were not answered as they should have been`;
  const p99 = load.latencyMs?.p99 ?? null;
  if (p99 === null) return 'nothing was answered';
  return p99 > p99BoundMs ? `p99 was ${p99} ms, the bound is ${p99BoundMs} ms` : null;
}
