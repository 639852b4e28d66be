import { fences, type Page, prose } from './documents.js';

/** A command line of millrace that a page shows. */
export interface NamedCommand {
  readonly page: string;
  /** As it is written, to be found again. */
  readonly written: string;
  /** Words after `millrace` up to the first that is an option, a file or a placeholder. */
  readonly words: readonly string[];
  readonly options: readonly string[];
}

/**
 * Every command line that a page names: in shell blocks, after `$` in shown sessions, and in code
 * spans that begin with `millrace`. A span of options alone (`--param k=v`) belongs to the command
 * that its table row begins with.
 */
export function namedCommands(page: Page): readonly NamedCommand[] {
  const lines: string[] = [];
  for (const { language, text } of fences(page)) {
    for (const line of text.split('\n')) {
      if (language === 'sh' && /\bmillrace /.test(line)) lines.push(line);
      else if (language === 'text' && line.startsWith('$ millrace ')) lines.push(line.slice(2));
    }
  }
  for (const line of prose(page).split('\n')) {
    const spans = [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
    const commands = spans.filter((span) => /^(npx (--no )?)?millrace /.test(span));
    lines.push(...commands);
    const [row] = commands;
    if (row === undefined || !line.startsWith('| `millrace ')) continue;
    lines.push(...spans.filter((span) => span.startsWith('-')).map((span) => `${row} ${span}`));
  }
  return lines.flatMap((line) => parse(page.path, line));
}

function parse(page: string, line: string): readonly NamedCommand[] {
  const written = line.replace(/\s#.*$/, '').trim();
  return written.split(/&&/).flatMap((part) => {
    const match = /(?:^|\s)millrace\s+(.*)$/.exec(part);
    // `npm pack # millrace-0.1.0.tgz` and paths are no commands.
    if (match === null || /^(export|npm)\b/.test(part.trim())) return [];
    const tokens = (match[1] ?? '').replace(/"[^"]*"/g, 'TEXT').split(/\s+/);
    const end = tokens.findIndex((token) => !/^[a-z]+$/.test(token));
    return [
      {
        page,
        written,
        words: end === -1 ? tokens : tokens.slice(0, end),
        options: tokens.filter((token) => /^--?[a-z]/.test(token)),
      },
    ];
  });
}
