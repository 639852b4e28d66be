import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../setup/places.mjs';

/** A Markdown page that users read. */
export interface Page {
  /** From the root of the checkout: `docs/tutorial.md`. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block: the language, the word after it, and where it begins. */
export interface Fence {
  readonly language: string;
  /** `pipeline` marks YAML that is a whole file. */
  readonly mark: string;
  readonly line: number;
  readonly text: string;
}

const root = packageRoot();

/** The README, the pages of `docs/` and of its statistics, and the README that `millrace init` writes. */
export function pages(): readonly Page[] {
  const docs = ['docs', 'docs/statistics'].flatMap((directory) =>
    readdirSync(join(root, directory))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${directory}/${name}`),
  );
  return ['README.md', ...docs, 'cli/templates/project/README.md'].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }));
}

export function fences({ text }: Page): readonly Fence[] {
  const found: Fence[] = [];
  let open: { info: string; line: number; lines: string[] } | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === null) open = { info: fence[1] ?? '', line: index + 1, lines: [] };
    else {
      const [language = '', mark = ''] = open.info.trim().split(/\s+/);
      found.push({ language, mark, line: open.line, text: `${open.lines.join('\n')}\n` });
      open = null;
    }
  }
  return found;
}

/** The text without its fenced blocks, line by line as it was. */
export function prose({ text }: Page): string {
  return text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ''));
}

/** What GitHub makes of a heading: the part of a link after `#`. */
export function anchors({ text }: Page): ReadonlySet<string> {
  const headings = text.match(/^#{1,6} .*$/gm) ?? [];
  return new Set(
    headings.map((heading) =>
      heading
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- _]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
