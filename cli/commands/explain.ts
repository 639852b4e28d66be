import { Option } from 'commander';
import { EXPLANATION_METHODS } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { explain } from '../explain/explain.js';
import type { ExplainOptions } from '../explain/options.js';
import { readCount } from '../options.js';
import { readColumnNames } from '../statistics/column-names.js';
import { readSeed } from '../statistics/drift-options.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<model>', 'NAME for the champion, else the newest version, or NAME@VERSION')
    .addOption(
      new Option('--method <name>', 'how').choices([...EXPLANATION_METHODS]).makeOptionMandatory(),
    )
    .option('--id <prediction>', 'explain this prediction, by the version that answered it')
    .option('--row <json>', 'explain this row: \'{"temperature": 9.1, …}\'')
    .option('--data <file>', 'explain rows of a file: Parquet, CSV or NDJSON')
    .option('--rows <n>', 'at most so many rows, drawn where there are more', readCount)
    .option('--class <value>', 'explain the probability of this class')
    .option('--features <a,b>', 'of partialDependence: these features alone', readColumnNames)
    .option('--ice', 'of partialDependence: the curve of every row, too')
    .option('--metric <name>', 'of permutation: mae, rmse, r2; accuracy, logLoss')
    .option('--repeats <n>', 'of permutation: shuffles of each feature (default: 10)', readCount)
    .option('--samples <n>', 'of lime and kernelShap: rows that are asked around one', readCount)
    .option('--background <file>', 'rows to compare with, in place of the training data')
    .option('--background-rows <n>', 'so many of them (default: 100)', readCount)
    .option('--seed <n>', 'of everything that is drawn', readSeed, 1)
    .option('--html <file>', 'write it as a page of its own, with pictures')
    .option('--save', 'keep it for the model card of the version, in place of the one before')
    .action(async (model: string, options: ExplainOptions) => {
      const signal = cli.catchInterrupts();
      try {
        await explain(cli, model, options, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        cli.exitCode = EXIT.interrupted;
      }
    });
};
