/**
 * Does work that ends with `signal`, or when its time is over.
 *
 * `AbortSignal.any` forgets an `AbortSignal.timeout` that nothing else refers to, and whoever waits
 * then waits for ever (nodejs/node#57736): this limit is held by its timer.
 *
 * @throws DOMException `TimeoutError`, when the work stops for its time
 * @example await withinTime(30_000, run.signal, (signal) => fetch(url, { signal }));
 */
export async function withinTime<Result>(
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const why = new DOMException(`not done within ${limitMs} ms`, 'TimeoutError');
  const timer = setTimeout(() => limit.abort(why), limitMs);
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    clearTimeout(timer);
  }
}
