import { type LifeChange, TAG_PATTERN } from '../../contracts/index.js';
import type { Cli, CommandModule } from '../command.js';
import { UsageError } from '../errors.js';
import { readSubject, sendAct, shownSubject } from './subject.js';

interface TagOptions {
  readonly reason: string;
}

const SUBJECT = 'a model, or a version such as bike-demand@3';

export const tag: CommandModule = {
  define(command, cli) {
    command
      .argument('<name>', SUBJECT)
      .argument('<tag=value...>', 'tags to set')
      .option('--reason <text>', 'why; the ledger keeps it', 'set by hand')
      .action((name: string, tags: readonly string[], options: TagOptions) =>
        change(cli, name, Object.fromEntries(tags.map(readTag)), options),
      );
  },
};

export const untag: CommandModule = {
  define(command, cli) {
    command
      .argument('<name>', SUBJECT)
      .argument('<tag...>', 'tags to take away')
      .option('--reason <text>', 'why; the ledger keeps it', 'taken away by hand')
      .action((name: string, tags: readonly string[], options: TagOptions) =>
        change(cli, name, Object.fromEntries(tags.map((one) => [requireName(one), null])), options),
      );
  },
};

async function change(
  cli: Cli,
  name: string,
  tags: { readonly [tag: string]: string | null },
  { reason }: TagOptions,
): Promise<void> {
  const subject = readSubject(name);
  const done: LifeChange = await sendAct(cli, { kind: 'tag', ...subject, tags, reason });
  cli.out.result(done, () => {
    if (done.ledger === null) return `${shownSubject(subject)}: it was so already`;
    const shown = Object.entries(tags).map(([tag, value]) =>
      value === null ? `${tag} taken away` : `${tag}=${value}`,
    );
    return `${shownSubject(subject)}: ${shown.join(', ')}`;
  });
}

function readTag(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${text} is no tag`, 'write it tag=value');
  return [requireName(text.slice(0, at)), text.slice(at + 1)];
}

function requireName(tag: string): string {
  if (TAG_PATTERN.test(tag)) return tag;
  throw new UsageError(
    `${JSON.stringify(tag)} cannot be the name of a tag`,
    'it begins with a letter or digit and has at most 100 of: letters, digits, . _ - /',
  );
}
