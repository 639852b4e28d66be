import type { DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { issueLines } from '../render/issues.js';
import { checkPipelineFile, type CheckedFile } from '../pipelines/check-file.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<file...>', 'pipeline files; - is stdin')
    .action(async (files: readonly string[]) => {
      const checked: CheckedFile[] = [];
      for (const file of files) checked.push(await checkPipelineFile(cli, file));
      const errors = checked.flatMap(({ issues }) => issues);
      if (errors.length > 0) cli.exitCode = EXIT.badInput;
      const { columns, style } = cli.out;
      cli.out.result({ ok: errors.length === 0, errors }, () =>
        checked
          .map(({ file, issues, source, summary }) =>
            issues.length === 0
              ? `${style.green('✓')} ${file}${summary === null ? '' : style.dim(` ${summary}`)}`
              : issues.flatMap((issue) => issueLines(issue, source, columns, style)).join('\n'),
          )
          .concat(errors.length === 0 ? [] : ['', style.red(countOf(errors.length))])
          .join('\n'),
      );
    });
};

function countOf(errors: number): string {
  return errors === 1 ? '1 error' : `${errors} errors`;
}
