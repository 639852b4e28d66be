import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type FeatureView, MillraceError } from '../../contracts/index.js';
import { parseFeatureFile } from '../../pipelines/features/compile-features.js';
import type { PipelineIssue } from '../../pipelines/issue.js';
import { suggestion } from '../../pipelines/nearest.js';
import type { Cli } from '../command.js';
import { EXIT, ReportedError } from '../errors.js';
import { issueLines } from '../render/issues.js';

export const DEFAULT_FILE = 'features.yaml';

/** A view and where it is defined. */
export interface LoadedView {
  readonly view: FeatureView;
  /** As the user named it. */
  readonly file: string;
  /** Absolute; the view's paths are read from here. */
  readonly baseDirectory: string;
}

/**
 * The views of files, in their order.
 *
 * @throws ReportedError once every error of the files has been printed; exit code 65
 * @throws MillraceError `InvalidInput` where two files define one name
 */
export async function loadFeatures(
  cli: Cli,
  files: readonly string[],
): Promise<readonly LoadedView[]> {
  const views: LoadedView[] = [];
  const errors: PipelineIssue[] = [];
  for (const file of files) {
    const path = resolve(cli.cwd, file);
    const compiled = parseFeatureFile(path, file);
    if (!compiled.ok) {
      errors.push(...compiled.errors);
      await printIssues(cli, path, compiled.errors);
      continue;
    }
    for (const view of compiled.views) {
      const other = views.find((known) => known.view.name === view.name);
      if (other !== undefined) {
        throw new MillraceError(
          'InvalidInput',
          `both ${other.file} and ${file} define the feature view ${view.name}`,
          'rename one of them',
        );
      }
      views.push({ view, file, baseDirectory: dirname(path) });
    }
  }
  if (errors.length === 0) return views;
  const [first] = errors;
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  throw new ReportedError({
    exitCode: EXIT.badInput,
    type: 'InvalidInput',
    message: `the features cannot be read: ${count}, the first: ${first?.message ?? ''}`,
    hint: 'name the file with --file',
    details: { errors },
  });
}

/** @throws MillraceError `NotFound` naming the nearest view that there is */
export function findView(views: readonly LoadedView[], name: string): LoadedView {
  const found = views.find(({ view }) => view.name === name);
  if (found !== undefined) return found;
  const names = views.map(({ view }) => view.name);
  throw new MillraceError(
    'NotFound',
    `there is no feature view ${name}`,
    suggestion(name, names) ?? 'millrace features list names those that there are',
  );
}

async function printIssues(
  cli: Cli,
  path: string,
  issues: readonly PipelineIssue[],
): Promise<void> {
  const { out } = cli;
  const source = await readFile(path, 'utf8').catch(() => null);
  const width = out.live ? out.terminalSize.columns : Number.POSITIVE_INFINITY;
  for (const issue of issues) {
    out.note(issueLines(issue, source, width, out.noteStyle).join('\n'));
  }
}
