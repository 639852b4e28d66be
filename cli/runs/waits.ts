import type { RunRecord, StepRecord } from '../../contracts/index.js';
import { awaitedWords, type WaitingDocument } from '../approvals/waiting.js';
import { formatTime } from '../render/values.js';
import { shortRunId } from './short-run-id.js';

/** Something that a run under way waits for, in the JSON of `show` and `runs`. */
export interface RunWait {
  readonly kind: 'group' | 'approval' | 'resume' | 'worker';
  /** What it waits for. */
  readonly for: string;
  /** RFC 3339; `null` where nobody knows. */
  readonly since: string | null;
  /** What lets it go on. */
  readonly release: string;
}

/**
 * All that a run waits for at this moment: a place in its group, someone to resume it, answers of people.
 *
 * @param records - its steps: a run that has begun one has its place
 */
export function waitsOf(
  run: Pick<RunRecord, 'runId' | 'status' | 'queued' | 'pauses'>,
  records: readonly Pick<StepRecord, 'startedAt' | 'attempts'>[],
  questions: readonly WaitingDocument[],
): readonly RunWait[] {
  if (run.status !== 'running') return [];
  const short = shortRunId(run.runId);
  const waits: RunWait[] = [];
  const { queued } = run;
  // What was found by its content is recorded before the place is asked for.
  const hasBegun = records.some(
    ({ startedAt, attempts }) =>
      attempts > 0 && startedAt !== null && queued !== undefined && startedAt >= queued.since,
  );
  if (queued !== undefined && !hasBegun) {
    const { group, limit, since } = queued;
    const places = limit === 1 ? '1 place' : `${limit} places`;
    waits.push({
      kind: 'group',
      for: `a place in group ${group}, which has ${places}`,
      since,
      release: `the end of a run that has one; millrace cancel ${short} gives up`,
    });
  }
  const pause = run.pauses?.at(-1);
  if (pause !== undefined && pause.resumedAt === null) {
    waits.push({
      kind: 'resume',
      for: `someone to resume it: ${pause.actor} paused it (${pause.reason})`,
      since: pause.at,
      release: `millrace resume ${short}`,
    });
  }
  for (const { step, roles, askedAt, command } of questions) {
    waits.push({
      kind: 'approval',
      for: `an answer to step ${step} by ${awaitedWords(roles)}`,
      since: askedAt,
      release: command,
    });
  }
  return waits;
}

export function waitLines(waits: readonly RunWait[]): readonly string[] {
  return waits.flatMap(({ for: what, since, release }) => [
    `  waits for ${what}${since === null ? '' : `, since ${formatTime(since)} UTC`}`,
    `    goes on by: ${release}`,
  ]);
}

/** In a table of runs. */
export function waitCell([first]: readonly RunWait[], roles: string): string | null {
  switch (first?.kind) {
    case undefined:
      return null;
    case 'group':
      return '‖ waits for its group';
    case 'resume':
      return '‖ paused';
    case 'worker':
      return '‖ waits for a worker';
    case 'approval':
      return `? waits for ${roles}`;
  }
}
