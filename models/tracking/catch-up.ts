import { isMillraceError } from '../../contracts/index.js';
import type { MirrorMark } from '../registry/mirror-book.js';
import { mirrorModel } from './mirror-model.js';
import { mirrorRun } from './mirror-run.js';
import { mirrorWindow } from './mirror-window.js';
import type { MirrorDeps, MirrorPass } from './ports.js';
import { parseSubject } from './subject.js';
import type { TrackingTarget } from './target.js';
import { TrackingClient } from './tracking-client.js';
import { TrackingRefusal } from './tracking-error.js';

/** Marks read at once. */
const MARKS = 100;

export interface CaughtUp {
  readonly written: number;
  readonly refused: number;
}

/**
 * Tells the tracker everything that waits, in line, until nothing does.
 *
 * What it refuses is kept with its reason and the rest goes on. A server that does not answer ends the
 * pass: what waits then stays in line.
 *
 * @throws MillraceError `ServiceUnavailable` when the server does not answer
 */
export async function catchUp(
  deps: MirrorDeps,
  target: TrackingTarget,
  signal: AbortSignal,
): Promise<CaughtUp> {
  const client = new TrackingClient(target, signal);
  const pass: MirrorPass = { ...deps, target, client, windowNumbers: new Map() };
  let written = 0;
  let refused = 0;
  for (let waits = true; waits; ) {
    const marks = await deps.registry.mirror.marks(target.name, MARKS);
    waits = false;
    for (const mark of marks) {
      signal.throwIfAborted();
      const reason = await mirrorOne(pass, mark);
      if (reason === null) {
        waits = await deps.registry.mirror.clear(mark);
        written += 1;
      } else {
        waits = await deps.registry.mirror.refuse(mark, reason);
        refused += 1;
        deps.logger.error({ subject: mark.subject, tracker: target.name }, reason);
      }
    }
  }
  return { written, refused };
}

/** @returns why it was not taken; `null` where it was */
async function mirrorOne(pass: MirrorPass, { subject: text }: MirrorMark): Promise<string | null> {
  const subject = parseSubject(text);
  try {
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
    if (error instanceof TrackingRefusal) return error.message;
    // A file that is gone from the store does not come back by trying.
    if (isMillraceError(error) && error.type === 'ArtifactCorrupt') return error.message;
    throw error;
  }
}
