import { isProfileFile, writeProfileFile } from '../../monitoring/datasets/profile-store.js';
import { suggestSuite } from '../../monitoring/datasets/profile-suggest.js';
import { describeProfile } from '../../monitoring/drift/profiles/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT, UsageError } from '../errors.js';
import { readColumnNames } from '../statistics/column-names.js';
import { withInputFiles } from '../statistics/input-file.js';
import { checkDestination } from '../statistics/profile-destination.js';
import { profileOfInputs } from '../statistics/profile-input.js';
import { profileWords } from '../statistics/profile-words.js';
import { suiteDocument, suiteYaml } from '../statistics/suite-yaml.js';

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
      if (options.suggest === true) await refuseWithoutRows(names);
      const signal = cli.catchInterrupts();
      try {
        await withInputFiles(names, signal, (paths) => profile(cli, names, paths, options, signal));
      } catch (error) {
        if (!signal.aborted) throw error;
        cli.exitCode = EXIT.interrupted;
      }
    });
};

async function profile(
  cli: Cli,
  names: readonly string[],
  paths: readonly string[],
  options: ProfileOptions,
  signal: AbortSignal,
): Promise<void> {
  const { columns, out } = options;
  const made = await profileOfInputs(cli, { paths, signal, ...(columns && { columns }) });
  const [path = '', source = ''] = [paths[0], names[0]];
  const suite = options.suggest === true ? await suggestSuite(path, made, signal) : null;
  if (out !== undefined) await writeProfileFile(made, out);
  const document = describeProfile(made);
  cli.out.result(
    suite === null ? document : { ...document, suggested: suiteDocument(suite, source) },
    () =>
      suite === null
        ? profileWords(document, cli.out.columns, cli.out.style).join('\n')
        : suiteYaml(suite, source).trimEnd(),
  );
  if (out !== undefined)
    cli.out.noteProse(`the profile is in ${out}: millrace drift ${out} CURRENT`);
}

/** A suite describes one file's rows, which a stored profile no longer has. */
async function refuseWithoutRows(names: readonly string[]): Promise<void> {
  if (names.length > 1) {
    throw new UsageError('--suggest reads one file', 'give the one that is to be described');
  }
  const [name = ''] = names;
  if (!(await isProfileFile(name))) return;
  throw new UsageError(
    `--suggest needs the data: ${name} is a stored profile`,
    'a part of the rows is held out to check what is suggested',
  );
}
