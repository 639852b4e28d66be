import { defineConfig } from 'vitest/config';

/** `npm run record-histories`: runs the recorder alone, which the test suite never does. */
export default defineConfig({
  test: { include: ['test/replay/record.ts'], testTimeout: 300_000, hookTimeout: 120_000 },
});
