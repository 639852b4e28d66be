import { defineConfig } from 'vitest/config';

/**
 * `npm run record-histories`, after `npm run build`: runs the recorder alone, which the test suite
 * never does. It replaces every kept history, so first make sure that the old ones still replay.
 */
export default defineConfig({
  test: { include: ['test/replay/record.ts'], testTimeout: 300_000, hookTimeout: 120_000 },
});
