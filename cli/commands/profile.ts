import { writeProfileFile } from '../../monitoring/datasets/profile-store.js';
import { describeProfile } from '../../monitoring/drift/profiles/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { readColumnNames } from '../statistics/column-names.js';
import { withInputFiles } from '../statistics/input-file.js';
import { checkDestination } from '../statistics/profile-destination.js';
import { profileOfInputs } from '../statistics/profile-input.js';
import { profileWords } from '../statistics/profile-words.js';

interface ProfileOptions {
  readonly columns?: readonly string[];
  readonly out?: string;
  readonly suggest?: boolean;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument(
      '<file...>',
      'Parquet, CSV or NDJSON, or stored profiles; several are merged; - is stdin',
    )
    .option('--columns <a,b>', 'profile these columns alone, in this order', readColumnNames)
    .option('--out <file>', 'write the profile there, for millrace drift to compare with')
    .option('--suggest', 'print expectations for a validate step that the data keeps, as YAML')
    .action(async (names: readonly string[], options: ProfileOptions) => {
      if (options.out !== undefined) await checkDestination(options.out, names);
      const signal = cli.catchInterrupts();
      try {
        await withInputFiles(names, (paths) => profile(cli, paths, options, signal));
      } catch (error) {
        if (!signal.aborted) throw error;
        cli.exitCode = EXIT.interrupted;
      }
    });
};

async function profile(
  cli: Cli,
  paths: readonly string[],
  options: ProfileOptions,
  signal: AbortSignal,
): Promise<void> {
  const { columns, out } = options;
  const made = await profileOfInputs(cli, { paths, signal, ...(columns && { columns }) });
  if (out !== undefined) await writeProfileFile(made, out);
  const document = describeProfile(made);
  cli.out.result(document, () => profileWords(document, cli.out.columns, cli.out.style).join('\n'));
  if (out !== undefined)
    cli.out.noteProse(`the profile is in ${out}: millrace drift ${out} CURRENT`);
}
