import { readFile } from 'node:fs/promises';
import type { PolicyVariant } from '../../backtest/strategies/policy-file.js';
import { readPolicies } from '../../backtest/strategies/policy-file.js';
import { MillraceError } from '../../contracts/index.js';
import type { Cli } from '../command.js';
import { EXIT, ReportedError } from '../errors.js';
import { issueLines } from '../render/issues.js';

/**
 * Reads the variants of `--policy`.
 *
 * @throws ReportedError once everything that is wrong with the file has been printed; exit code 65
 */
export async function loadPolicies(
  cli: Cli,
  file: string,
  pipeline: { readonly file: string; readonly baseDirectory: string },
): Promise<readonly PolicyVariant[]> {
  const text = await readText(file);
  const pipelineText = await readText(pipeline.file);
  const read = readPolicies(
    { text, file },
    { text: pipelineText, file: pipeline.file },
    pipeline.baseDirectory,
  );
  if (read.ok) return read.variants;
  const { noteStyle, live, terminalSize } = cli.out;
  const width = live ? terminalSize.columns : Number.POSITIVE_INFINITY;
  for (const issue of read.issues) {
    cli.out.note(issueLines(issue, text, width, noteStyle).join('\n'));
  }
  const count = read.issues.length === 1 ? '1 error' : `${read.issues.length} errors`;
  cli.out.note(`\n${noteStyle.red(`${file}: ${count}; nothing was started`)}`);
  const [first] = read.issues;
  throw new ReportedError({
    exitCode: EXIT.badInput,
    type: 'InvalidInput',
    message: `${file} is not a valid policy file: ${count}${first === undefined ? '' : `, the first: ${first.message}`}`,
    details: { errors: read.issues },
  });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new MillraceError(
      'InvalidInput',
      code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read (${code})`,
      'check the path',
    );
  }
}
