import { InvalidArgumentError } from 'commander';
import type { DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { readCount, readParam } from '../options.js';
import { checkPipelineParams, loadPipeline } from '../pipelines/load-pipeline.js';
import { runTrial, type TrialOptions } from '../trial/run-trial.js';
import { trialWords } from '../trial/words.js';

interface TestOptions {
  readonly param?: Readonly<Record<string, string>>;
  readonly env?: string;
  readonly rows: TrialOptions['rows'];
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<file>', 'pipeline file')
    .option('-p, --param <name=value>', 'value of a parameter; again for each', readParam)
    .option('--env <name>', 'with the values of this environment of the file')
    .option('--rows <n>', 'about so many rows of each source, or all', readRows, 10_000)
    .action(async (file: string, options: TestOptions) => {
      const pipeline = await loadPipeline(cli, file, options.env);
      const params = checkPipelineParams(pipeline, options.param ?? {});
      const document = await runTrial(cli, pipeline, params, { rows: options.rows });
      cli.exitCode = document.ok ? EXIT.done : EXIT.failed;
      cli.out.result(document, () => trialWords(document, cli.out).join('\n'));
    });
};

function readRows(text: string): TrialOptions['rows'] {
  if (text === 'all') return 'all';
  try {
    return readCount(text);
  } catch {
    throw new InvalidArgumentError('it must be a whole number from 1, or all');
  }
}
