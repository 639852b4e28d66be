import { vi } from 'vitest';

/**
 * Tries expectations until all of them hold, and fails with what the last try said.
 *
 * @param timeoutMs - bounds a wait in vain; nothing is asserted about time
 */
export function eventually(expectations: () => Promise<void>, timeoutMs = 90_000): Promise<void> {
  return vi.waitFor(expectations, { timeout: timeoutMs, interval: 50 });
}
