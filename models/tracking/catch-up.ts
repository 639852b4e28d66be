import { type FailureType, isMillraceError } from '../../contracts/index.js';
import type { MirrorMark } from '../registry/mirror-book.js';
import { mirrorModel } from './mirror-model.js';
import { mirrorRun } from './mirror-run.js';
import { mirrorWindow } from './mirror-window.js';
import type { MirrorDeps, MirrorPass } from './ports.js';
import { parseSubject } from './subject.js';
import type { TrackingTarget } from './target.js';
import { TrackingClient } from './tracking-client.js';
import { TrackingRefusal, unavailable } from './tracking-error.js';

/** Marks read at once. */
const MARKS = 100;

export interface CaughtUp {
  readonly written: number;
  readonly refused: number;
}

/**
 * Tells the tracker everything that waits, in line, until nothing does.
 *
 * What it refuses is kept with its reason and the rest goes on. What it fails over, or what fails here,
 * stays in line while the rest goes on. A server or registry that does not answer ends the pass.
 *
 * @throws MillraceError `ServiceUnavailable` when something still waits: the server did not answer, or
 * failed over it
 */
export async function catchUp(
  deps: MirrorDeps,
  target: TrackingTarget,
  signal: AbortSignal,
): Promise<CaughtUp> {
  const client = new TrackingClient(target, signal);
  const pass: MirrorPass = { ...deps, target, client, windowNumbers: new Map() };
  const failed = new Map<string, Error>();
  let written = 0;
  let refused = 0;
  for (let waits = true; waits; ) {
    const inLine = await deps.registry.mirror.marks(target.name, MARKS + failed.size);
    const marks = inLine.filter(({ subject }) => !failed.has(subject));
    waits = false;
    for (const mark of marks) {
      signal.throwIfAborted();
      const outcome = await mirrorOne(pass, mark, signal);
      if (outcome === null) {
        waits = await deps.registry.mirror.clear(mark);
        written += 1;
      } else if (isRefusal(outcome)) {
        waits = await deps.registry.mirror.refuse(mark, outcome.message);
        refused += 1;
        deps.logger.error({ subject: mark.subject, tracker: target.name }, outcome.message);
      } else {
        waits = true;
        failed.set(mark.subject, outcome);
      }
    }
  }
  for (const [subject, { message }] of failed) throw unavailable(`${subject}: ${message}`);
  return { written, refused };
}

/**
 * @returns why it was not taken; `null` where it was
 * @throws what the rest would fail over as well
 */
async function mirrorOne(
  pass: MirrorPass,
  { subject: text }: MirrorMark,
  signal: AbortSignal,
): Promise<Error | null> {
  try {
    const subject = parseSubject(text);
    switch (subject.kind) {
      case 'run':
        await mirrorRun(pass, subject.runId);
        break;
      case 'model':
        await mirrorModel(pass, subject.model);
        break;
      case 'window':
        await mirrorWindow(pass, subject.model, subject.window);
    }
    return null;
  } catch (error) {
    const ofAll = isMillraceError(error) && AWAY.includes(error.type);
    if (signal.aborted || ofAll || !(error instanceof Error)) throw error;
    return error;
  }
}

/** Nothing could be told to, or read from, who is away. */
const AWAY: readonly FailureType[] = ['ServiceUnavailable', 'RegistryUnavailable'];

/** Another try would end the same; a file that is gone from the store does not come back by trying. */
function isRefusal(error: Error): boolean {
  return (
    error instanceof TrackingRefusal || (isMillraceError(error) && error.type === 'ArtifactCorrupt')
  );
}
