import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Integration tests start servers of their own: two files at a time is what two cores carry.
    pool: 'forks',
    maxWorkers: 2,
  },
});
