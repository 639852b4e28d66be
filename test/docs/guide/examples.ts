import { type Fence, fences, type Page, pages } from '../documents.js';

/** A pipeline that a page shows whole, so that it can be run. */
export interface Example {
  readonly page: string;
  /** Of the pipeline. */
  readonly name: string;
  readonly text: string;
}

interface Shown extends Fence {
  readonly page: string;
}

const shown: readonly Shown[] = pages().flatMap((page: Page) =>
  fences(page).map((fence) => ({ ...fence, page: page.path })),
);

/** Every whole pipeline of every page, marked as one or not, but for those that a file is named for. */
export const EXAMPLES: readonly Example[] = shown.flatMap(({ page, language, mark, text }) => {
  const isWhole = language === 'yaml' && /^apiVersion:/m.test(text) && /^steps:/m.test(text);
  const [, name] = /^name: (.+)$/m.exec(text) ?? [];
  return isWhole && name !== undefined && fileOf(mark) === null ? [{ page, name, text }] : [];
});

/** Files that pages show by name (`file=…` after the language): what their examples find beside them. */
export const FILES: readonly { readonly file: string; readonly text: string }[] = shown.flatMap(
  ({ mark, text }) => {
    const file = fileOf(mark);
    return file === null ? [] : [{ file, text }];
  },
);

/** Blocks of a page that belong into a pipeline: those of YAML that begin with this key. */
export function fragments(page: string, key: string): readonly string[] {
  return shown
    .filter(
      ({ page: path, language, text }) =>
        path === page && language === 'yaml' && text.startsWith(`${key}:`),
    )
    .map(({ text }) => text);
}

/** The lines of a page's session: the block of shell that is marked to be run. */
export function session(page: string): readonly string[] {
  const blocks = shown.filter(
    ({ page: path, language, mark }) => path === page && language === 'sh' && mark === 'run',
  );
  return blocks.flatMap(({ text }) => text.trim().split('\n'));
}

/** The arguments of a line of shell that calls millrace, without its comment. */
export function words(line: string): readonly string[] {
  const [, rest = ''] = /^millrace ([^#]*)/.exec(line) ?? [];
  return [...rest.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

function fileOf(mark: string): string | null {
  return /^file=(.+)$/.exec(mark)?.[1] ?? null;
}
