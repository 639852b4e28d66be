import { InvalidArgumentError } from 'commander';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { readCount } from '../options.js';
import { requirePython } from '../stack/installed.js';
import { estimateDocument } from '../statistics/estimate-document.js';
import { checkRequest, type EstimateOptions } from '../statistics/estimate-request.js';
import { readEstimateTables } from '../statistics/estimate-tables.js';
import { estimateWords } from '../statistics/estimate-words.js';
import { withInputFiles } from '../statistics/input-file.js';

const DEFAULT_SEED = 42;

export const define: DefineCommand = (command, cli) => {
  command
    .requiredOption('--reference <file>', 'labelled rows of normal work; - is stdin')
    .requiredOption('--analysis <file>', 'rows to estimate; - is stdin')
    .requiredOption('--task <task>', 'classification or regression')
    .requiredOption(
      '--metric <name>',
      'accuracy, precision, recall, f1, rocAuc, averagePrecision; mae, rmse, mape',
    )
    .option('--prediction <column>', 'what the model said')
    .option(
      '--probability <column>',
      'of the positive class; with three or more classes again for each, as CLASS=COLUMN',
      readAgain,
      [],
    )
    .option('--label <column>', 'what was true; in the analysis too where it is known already')
    .option('--positive <value>', 'which of two classes is the positive one')
    .option('--chunk <rows>', 'rows a chunk; default a tenth of the reference', readCount)
    .option('--features <columns>', 'a,b,…: default all other common columns', readNames)
    .option('--seed <number>', 'of folds and of the model of the loss', readSeed, DEFAULT_SEED)
    .option('--fail-on <verdict>', 'drift: exit code 1 when a chunk alerts', readVerdict)
    .action((options: EstimateOptions) => estimate(cli, options));
};

async function estimate(cli: Cli, options: EstimateOptions): Promise<void> {
  const request = checkRequest(options);
  const signal = cli.catchInterrupts();
  try {
    await withInputFiles([request.reference, request.analysis], signal, async (paths) => {
      const [reference = request.reference, analysis = request.analysis] = paths;
      const tables = await readEstimateTables(request, { reference, analysis }, signal);
      const document = await estimateDocument(request, tables, () => ({
        python: requirePython(cli.env),
        signal,
        onProgress: () => undefined,
      }));
      const { columns, style } = cli.out;
      cli.out.result(document, () => estimateWords(document, columns, style).join('\n'));
      const alerts = document.chunks.some(({ alert }) => alert);
      if (alerts && request.failOn === 'drift') cli.exitCode = EXIT.failed;
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    cli.exitCode = EXIT.interrupted;
  }
}

function readAgain(text: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, text];
}

function readNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('it must be names with commas between');
  return [...new Set(names)];
}

function readSeed(text: string): number {
  const seed = Number(text);
  // What numpy and the generator here both take.
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new InvalidArgumentError('it must be a whole number from 0 to 4294967295');
}

function readVerdict(text: string): 'drift' {
  if (text === 'drift') return text;
  throw new InvalidArgumentError('it must be drift');
}
