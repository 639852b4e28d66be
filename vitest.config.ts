import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Integration tests start servers of their own and often wait: three files keep two cores busy.
    pool: 'forks',
    maxWorkers: 3,
  },
});
