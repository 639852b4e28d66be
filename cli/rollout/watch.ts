import { setTimeout as sleep } from 'node:timers/promises';
import type { RegistryReader } from '../../models/registry/ports.js';
import type { Cli } from '../command.js';
import { EXIT } from '../errors.js';
import { LiveRegion } from '../render/live-region.js';
import { truncate } from '../render/table.js';
import { watchedRegistry } from '../rooms.js';
import { isOver, type RolloutDocument, readRollout } from './document.js';
import { rolloutLines } from './view.js';

const LOOK_EVERY_MS = 300;
/** Gateways follow the end of a rollout within a second or two; one that does not is told of. */
const FOLLOW_WITHIN_MS = 5_000;

/**
 * Shows how a rollout goes on, until it is over and the gateways have followed, or Ctrl-C ends the
 * watching: redrawn in place on a terminal, else a line for every change, on stderr.
 *
 * @returns how it stood last; `null` when it never appeared
 */
export async function watchRollout(
  cli: Cli,
  registry: RegistryReader,
  model: string,
  rolloutId: string,
): Promise<RolloutDocument | null> {
  const interrupted = cli.catchInterrupts();
  const watched = await watchedRegistry(cli, registry, interrupted);
  const show = shower(cli);
  let last: RolloutDocument | null = null;
  let overSinceMs: number | null = null;
  for (;;) {
    const rollout = await readRollout(watched, model, rolloutId);
    if (rollout !== null) {
      last = rollout;
      show.next(rollout);
      if (isOver(rollout)) {
        overSinceMs ??= Date.now();
        if (allFollow(rollout) || Date.now() - overSinceMs >= FOLLOW_WITHIN_MS) break;
      }
    }
    if (interrupted.aborted) {
      cli.exitCode = EXIT.interrupted;
      break;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: interrupted }).catch(() => undefined);
  }
  show.end();
  return last;
}

function allFollow({ gateways }: RolloutDocument): boolean {
  return gateways.every(({ isUpToDate }) => isUpToDate);
}

function shower({ out }: Cli) {
  if (!out.live || out.json) {
    let told = '';
    return {
      next({ status, detail, model }: RolloutDocument) {
        // The time of the next look changes with each; what is done does not.
        const line = `${model}: ${status}: ${detail.replace(/; next look at .*/, '')}`;
        if (line !== told) out.note(line);
        told = line;
      },
      end: () => undefined,
    };
  }
  const region = new LiveRegion(
    (text) => out.draw(text),
    () => out.terminalSize,
  );
  return {
    next(rollout: RolloutDocument) {
      const { columns } = out.terminalSize;
      const advice = 'Ctrl-C stops watching, not the rollout';
      region.draw([
        ...rolloutLines(rollout, columns, out.noteStyle),
        out.noteStyle.dim(truncate(`  ${advice}`, columns)),
      ]);
    },
    end: () => region.clear(),
  };
}
