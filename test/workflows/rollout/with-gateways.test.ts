import { afterAll, beforeAll, vi } from 'vitest';
import { canaries } from './canaries.js';
import { type GatewayPair, startGatewayPair } from './gateway-pair.js';
import { steering } from './steering.js';
import { strategies } from './strategies.js';

// Rollouts take their time, on a busy machine much of it. They mostly wait, so they run together.
vi.setConfig({ testTimeout: 240_000, maxConcurrency: 8 });

let started: GatewayPair;
beforeAll(async () => {
  started = await startGatewayPair();
});
afterAll(() => started.close());

canaries(() => started);
steering(() => started);
strategies(() => started);
