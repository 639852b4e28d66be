import type { Cli, DefineCommand } from '../command.js';
import { wrap } from '../render/table.js';
import { formatTime } from '../render/values.js';
import { readSubject, type Subject, sendAct, shownSubject, withKnownModel } from './subject.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name>', 'a model, or a version such as bike-demand@3')
    .argument('[text]', 'what to note; without it, the notes are printed')
    .action((name: string, text?: string) =>
      text === undefined ? list(cli, readSubject(name)) : add(cli, readSubject(name), text),
    );
};

async function add(cli: Cli, subject: Subject, text: string): Promise<void> {
  const done = await sendAct(cli, { kind: 'note', ...subject, reason: text });
  cli.out.result(done, () => `${shownSubject(subject)}: noted`);
}

async function list(cli: Cli, { model, version }: Subject): Promise<void> {
  const all = await withKnownModel(cli, model, (registry) => registry.life.notes(model));
  const notes = all
    .filter(({ to }) => version === null || to === version)
    .map(({ at, actor, to, reason }) => ({ version: to, at, actor, text: reason }));
  cli.out.result({ model, notes }, () => {
    if (notes.length === 0) return `nothing is noted on ${shownSubject({ model, version })}`;
    return notes
      .flatMap((note) => [
        `${formatTime(note.at)}  ${note.actor} on ${shownSubject({ model, version: note.version })}`,
        ...wrap(note.text, Math.max(20, cli.out.columns - 2)).map((line) => `  ${line}`),
      ])
      .join('\n');
  });
}
