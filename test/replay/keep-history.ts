import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { TestStack } from '../support/test-stack.js';
import { scrub } from './scrub.js';

export const HISTORIES = join(import.meta.dirname, 'histories');

/** Keeps a history as `histories/<name>.json`; of the newest execution unless told which. */
export async function keepHistory(
  stack: TestStack,
  name: string,
  workflowId: string,
  runId?: string,
): Promise<void> {
  const handle = stack.temporal.client.workflow.getHandle(workflowId, runId);
  const places = new Map([
    [stack.directory, '/project'],
    [hostname(), 'host'],
    [hostname().toLowerCase(), 'host'],
  ]);
  mkdirSync(HISTORIES, { recursive: true });
  const text = scrub(historyToJSON(await handle.fetchHistory()), places);
  writeFileSync(join(HISTORIES, `${name}.json`), text);
}
