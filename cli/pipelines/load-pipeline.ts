import {
  checkParams,
  type JsonObject,
  MillraceError,
  type PipelinePlan,
} from '../../contracts/index.js';
import { suggestion } from '../../pipelines/nearest.js';
import type { Cli } from '../command.js';
import { EXIT, ReportedError } from '../errors.js';
import { issueLines } from '../render/issues.js';
import { checkPipelineFile } from './check-file.js';

/** A pipeline file that compiled. */
export interface LoadedPipeline {
  readonly plan: PipelinePlan;
  readonly planHash: string;
  readonly warnings: readonly string[];
  /** Absolute; relative paths of the file are read from here. */
  readonly baseDirectory: string;
}

/**
 * Compiles a pipeline file for a command that goes on with it. Warnings are told on stderr.
 *
 * @param environment - which of the file's environments is laid over it; absent: none
 * @throws ReportedError once every error of the file has been printed; exit code 65
 */
export async function loadPipeline(
  cli: Cli,
  file: string,
  environment?: string,
): Promise<LoadedPipeline> {
  const { compiled, issues, source } = await checkPipelineFile(cli, file, environment);
  if (compiled.ok) {
    for (const warning of compiled.warnings) {
      cli.out.note(`${cli.out.noteStyle.yellow('warning:')} ${warning}`);
    }
    return compiled;
  }
  const { noteStyle } = cli.out;
  const width = cli.out.live ? cli.out.terminalSize.columns : Number.POSITIVE_INFINITY;
  for (const issue of issues) {
    cli.out.note(
      issueLines(issue, issue.file === file ? source : null, width, noteStyle).join('\n'),
    );
  }
  const count = issues.length === 1 ? '1 error' : `${issues.length} errors`;
  cli.out.note(`\n${noteStyle.red(`${file}: ${count}; nothing was started`)}`);
  const [first] = issues;
  throw new ReportedError({
    exitCode: EXIT.badInput,
    type: 'InvalidInput',
    message: `${file} is not a valid pipeline: ${count}${first === undefined ? '' : `, the first: ${first.message}`}`,
    hint: `millrace validate ${file} shows where`,
    details: { errors: issues },
  });
}

/**
 * Values of every parameter, checked.
 *
 * @throws MillraceError `InvalidInput` naming everything that is wrong with those given
 */
export function checkPipelineParams({ plan }: LoadedPipeline, given: JsonObject): JsonObject {
  const check = checkParams(plan.params, given);
  if (check.ok) return check.params;
  const declared = Object.keys(plan.params);
  const unknown = check.problems.find(({ param }) => !declared.includes(param));
  throw new MillraceError(
    'InvalidInput',
    check.problems.map(({ message }) => message).join('; '),
    (unknown && suggestion(unknown.param, declared)) ?? 'give it as --param name=value',
  );
}
