import type { PipelinePlan } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { type CheckedFile, checkPipelineFile } from '../pipelines/check-file.js';
import { issueLines } from '../render/issues.js';
import { stepCount } from '../render/values.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<file...>', 'pipeline files; - is stdin')
    .action(async (files: readonly string[]) => {
      const checked: CheckedFile[] = [];
      for (const file of files) checked.push(await checkPipelineFile(cli, file));
      const errors = checked.flatMap(({ issues }) => issues);
      const warnings = checked.flatMap(({ file, compiled }) =>
        compiled.ok ? compiled.warnings.map((message) => ({ file, message })) : [],
      );
      if (errors.length > 0) cli.exitCode = EXIT.badInput;
      const { columns, style } = cli.out;
      cli.out.result({ ok: errors.length === 0, errors, warnings }, () =>
        checked
          .flatMap(({ file, compiled, issues, source }) =>
            compiled.ok
              ? [
                  `${style.green('✓')} ${file} ${style.dim(summary(compiled.plan))}`,
                  ...compiled.warnings.map((warning) => `  ${style.yellow('warning:')} ${warning}`),
                ]
              : issues.map((issue) =>
                  issueLines(issue, issue.file === file ? source : null, columns, style).join('\n'),
                ),
          )
          .concat(errors.length === 0 ? [] : ['', style.red(countOf(errors.length))])
          .join('\n'),
      );
    });
};

function summary({ name, model, steps }: PipelinePlan): string {
  return `${name}: ${stepCount(steps.length)}${model === null ? '' : `, model ${model}`}`;
}

function countOf(errors: number): string {
  return errors === 1 ? '1 error' : `${errors} errors`;
}
