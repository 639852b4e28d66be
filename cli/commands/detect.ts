import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { findDetector } from '../../monitoring/drift/streaming/index.js';
import { replaceFile } from '../../storage/durable-file.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { readParam } from '../options.js';
import { readDetectColumn, refuseUnfit } from '../statistics/detect-column.js';
import { detect } from '../statistics/detect-document.js';
import { type DetectorRequest, requestedDetector } from '../statistics/detect-request.js';
import { detectorHelp, detectWords } from '../statistics/detect-words.js';
import { withInputFiles } from '../statistics/input-file.js';
import { checkDestination } from '../statistics/profile-destination.js';

interface DetectOptions extends DetectorRequest {
  readonly column: string;
  readonly time?: string;
  readonly failOn?: 'drift';
  readonly snapshot?: string;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<file>', 'Parquet, CSV or NDJSON; - is stdin')
    .requiredOption('--column <name>', 'column to watch, in the order of the rows')
    .option('--detector <name>', 'which detector (default: adwin)')
    .option('--option <name=value>', 'option of the detector; may be repeated', readParam)
    .option('--time <name>', 'column that tells when each row was')
    .option('--resume <file>', 'go on from a snapshot, with its detector and options')
    .option('--snapshot <file>', "write the detector's state after the last row")
    .addOption(new Option('--fail-on <verdict>', 'exit with 1 on it').choices(['drift']))
    .addHelpText('after', detectorHelp())
    .action(async (file: string, options: DetectOptions) => {
      const signal = cli.catchInterrupts();
      try {
        await withInputFiles([file], signal, ([path = file]) =>
          run(cli, file, path, options, signal),
        );
      } catch (error) {
        if (!signal.aborted) throw error;
        cli.exitCode = EXIT.interrupted;
      }
    });
};

async function run(
  cli: Cli,
  file: string,
  path: string,
  options: DetectOptions,
  signal: AbortSignal,
): Promise<void> {
  const detector = await requestedDetector(options);
  if (options.snapshot !== undefined)
    await checkDestination(options.snapshot, [path], '--snapshot');
  const shown = file === '-' ? 'stdin' : file;
  const column = await readDetectColumn(path, shown, options.column, options.time, signal);
  const { input } = findDetector(detector.name);
  refuseUnfit(column, input, detector.name, { shown, column: options.column });
  const document = detect(detector, column, options.time !== undefined);
  if (options.snapshot !== undefined) {
    const text = `${JSON.stringify(detector.snapshot())}\n`;
    await replaceFile(resolve(cli.cwd, options.snapshot), (beside) => writeFile(beside, text));
  }
  if (options.failOn === 'drift' && document.drifts.length > 0) cli.exitCode = EXIT.failed;
  cli.out.result(document, () => detectWords(document, options.column, column, cli.out.style));
}
