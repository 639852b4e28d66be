import { Option } from 'commander';
import { compareFiles } from '../../monitoring/datasets/compare-files.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { readColumnNames } from '../statistics/column-names.js';
import { driftHelp } from '../statistics/drift-help.js';
import {
  checkDriftOptions,
  compareOptions,
  type DriftOptions,
  readAlpha,
  readEffect,
  readMinRows,
  readNames,
  readSeed,
  readShare,
} from '../statistics/drift-options.js';
import { writeDriftPage } from '../statistics/drift-page-file.js';
import { driftWords, isDrift } from '../statistics/drift-words.js';
import { withInputFiles } from '../statistics/input-file.js';
import { millracePython } from '../statistics/millrace-python.js';
import { checkDestination } from '../statistics/profile-destination.js';
import { shareProgress } from '../statistics/share-progress.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<reference>', 'Parquet, CSV or NDJSON, or a stored profile; - is stdin')
    .argument('<current>', 'Parquet, CSV or NDJSON; - is stdin')
    .option('--columns <a,b>', 'compare these columns alone', readColumnNames)
    .option('--test <name>', 'test or distance (default: chosen by kind and size of each column)')
    .option('--alpha <a>', 'level of the corrected p-values (default: 0.05)', readAlpha)
    .addOption(
      new Option('--correction <name>', 'for the number of columns (default: bh)').choices([
        'bh',
        'bonferroni',
        'none',
      ]),
    )
    .option('--min-effect <x>', 'smallest effect that matters (default: of each test)', readEffect)
    .option('--min-rows <n>', 'values that a side needs at least (default: 30)', readMinRows)
    .option('--share <s>', 'share of columns past which the data drifted (default: 0)', readShare)
    .option('--seed <n>', 'of every resampling (default: 1)', readSeed)
    .option('--time <column>', 'event time of the rows: drawn, not compared')
    .option('--multivariate <a,b>', 'compare all columns together, by these methods', readNames)
    .option('--embedding <column>', 'compare the vectors of a column (by mmd and lsdd)')
    .option('--target <column>', 'what the uncertainty methods learn to predict')
    .option('--outliers <method>', 'find rows unlike those of the reference')
    .option('--html <file>', 'write the comparison as a page of its own')
    .addOption(new Option('--fail-on <verdict>', 'exit with 1 on it').choices(['drift']))
    .addHelpText('after', driftHelp())
    .action(async (reference: string, current: string, options: DriftOptions) => {
      checkDriftOptions(options);
      const names = [reference, current];
      if (options.html !== undefined) await checkDestination(options.html, names, '--html');
      const signal = cli.catchInterrupts();
      try {
        await withInputFiles(names, signal, (paths) => drift(cli, names, paths, options, signal));
      } catch (error) {
        if (!signal.aborted) throw error;
        cli.exitCode = EXIT.interrupted;
      }
    });
};

async function drift(
  cli: Cli,
  [reference = '', current = '']: readonly string[],
  [referencePath = '', currentPath = '']: readonly string[],
  options: DriftOptions,
  signal: AbortSignal,
): Promise<void> {
  const progress = shareProgress(cli.out, 'compared');
  try {
    const { report, pictures } = await compareFiles(referencePath, currentPath, {
      ...compareOptions(options),
      python: () => millracePython(cli.env),
      sources: { reference, current },
      withPictures: options.html !== undefined,
      signal,
      onProgress: progress.show,
    });
    progress.clear();
    if (options.html !== undefined) await writeDriftPage(options.html, report, pictures);
    cli.out.result(report, () => driftWords(report, cli.out.columns, cli.out.style).join('\n'));
    if (options.failOn === 'drift' && isDrift(report)) cli.exitCode = EXIT.failed;
  } finally {
    progress.clear();
  }
}
