/**
 * Waits for a promise, and no longer than this; what it gives later goes nowhere.
 *
 * @throws what `late` makes, once the time is over
 */
export function within<T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
