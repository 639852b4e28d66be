import type { Pin } from '../../contracts/index.js';
import { askWorker } from '../by-hand.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { currentActor } from '../options.js';
import { formatTime } from '../render/values.js';
import { findCliHome, openCliHome, withRegistry } from '../rooms.js';
import { findRun, noSuchRun } from '../runs/find-run.js';

interface PinOptions {
  readonly reason?: string;
  readonly remove?: boolean;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('[subject]', 'a run, a beginning of its id, latest, or the SHA-256 of an artifact')
    .option('--reason <text>', 'why it is to be kept')
    .option('--remove', 'take the pin away')
    .action(async (subject: string | undefined, options: PinOptions) => {
      if (subject === undefined) await list(cli);
      else await change(cli, subject, options);
    });
};

async function list(cli: Cli): Promise<void> {
  const pins =
    (await withRegistry(await findCliHome(cli), (registry) => registry.retention.pins())) ?? [];
  cli.out.result({ pins }, () =>
    pins.length === 0 ? 'no pins: millrace pin RUN --reason TEXT sets one' : lines(pins).join('\n'),
  );
}

function lines(pins: readonly Pin[]): readonly string[] {
  return pins.map(({ subject, at, actor, reason }) => {
    return `${subject}  ${formatTime(at)}  ${actor}: ${reason}`;
  });
}

async function change(cli: Cli, name: string, { reason, remove }: PinOptions): Promise<void> {
  if (remove !== true && reason === undefined) {
    throw new UsageError('a pin needs its reason', 'add --reason "why it is to be kept"');
  }
  const home = await openCliHome(cli);
  const subject = /^[0-9a-f]{64}$/.test(name)
    ? `artifact/${name}`
    : await withRegistry(home, async (registry) => `run/${(await findRun(registry, name)).runId}`);
  if (subject === null) throw noSuchRun(name);
  const pin = await askWorker(cli, home, 'changePin', {
    kind: remove === true ? 'remove' : 'set',
    subject,
    actor: currentActor(),
    reason: reason ?? 'not needed any more',
  });
  cli.out.result(pin, () =>
    remove === true
      ? `${subject} is no longer pinned`
      : `${subject} is kept until the pin is removed`,
  );
}
