import { createHash } from 'node:crypto';
import type { StepProcess } from '../ports.js';

/** Which attempt of which step of which installation. */
export type Attempt = Pick<StepProcess, 'runId' | 'stepId' | 'attempt'>;

/** The same for every attempt of a step, and for no other step of any installation. */
export function stepMark(homeDirectory: string, { runId, stepId }: Attempt): string {
  const text = JSON.stringify([homeDirectory, runId, stepId]);
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}

/**
 * Name of the container or Job of an attempt, at most 63 characters that both may hold.
 *
 * @example containerName('/srv/.millrace', { runId, stepId: 'train[3]', attempt: 2 });
 * // 'millrace-train-3-5d6f0a1b2c3d4e5f6a7b-2'
 */
export function containerName(homeDirectory: string, attempt: Attempt): string {
  const plain = attempt.stepId.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const slug = plain.slice(0, 24).replace(/^-+|-+$/g, '') || 'step';
  return `millrace-${slug}-${stepMark(homeDirectory, attempt)}-${attempt.attempt}`;
}

/** @returns `null` of a name that {@link containerName} did not make */
export function attemptOfName(name: string): number | null {
  const [, attempt] = /^millrace-.*-[0-9a-f]{20}-(\d{1,9})$/.exec(name) ?? [];
  return attempt === undefined ? null : Number(attempt);
}
