import { Command, CommanderError } from 'commander';
import { CATALOGUE } from './catalogue.js';
import type { Cli } from './command.js';
import { type ErrorReport, EXIT, ReportedError, reportOf } from './errors.js';
import { Output } from './output.js';
import { readVersion } from './version.js';

const HELP_HINT = 'millrace --help lists the commands, millrace COMMAND --help the options of one';

/**
 * Parses the arguments, loads the one command that they name, and runs it.
 *
 * @param argv - arguments after the program's name
 * @returns the exit code
 */
export async function main(argv: readonly string[]): Promise<number> {
  const out = new Output(process, argv.includes('--json'), argv.includes('--verbose'), process.env);
  const cli = createCli(out);
  let usageError = '';
  const program = createProgram(cli, (text) => {
    usageError += text;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      // Called with no command at all: commander wrote the help.
      if (error.code === 'commander.help') out.note(usageError.trimEnd());
      out.error(usageReport(error, usageError), error, error.code === 'commander.help');
      return EXIT.usage;
    }
    const report = reportOf(error);
    out.error(report, error, error instanceof ReportedError);
    return report.exitCode;
  }
}

function createProgram(cli: Cli, onUsageError: (text: string) => void): Command {
  const program = new Command('millrace')
    .description('One YAML file to a model that looks after itself.')
    .option('--json', 'print one JSON document on stdout and nothing else there')
    .option('--verbose', 'say more, with stack traces')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: onUsageError, writeErr: onUsageError })
    .exitOverride();
  const loaders = new Map<string, (command: Command) => Promise<void>>();
  for (const group of CATALOGUE) {
    program.commandsGroup(group.heading);
    for (const entry of group.commands) {
      program.command(entry.name).description(entry.summary);
      loaders.set(entry.name, async (command) => (await entry.load()).define(command, cli));
    }
  }
  program.hook('preSubcommand', (_, command) => loaders.get(command.name())?.(command));
  return program;
}

function createCli(out: Output): Cli {
  let caught: AbortController | null = null;
  process.on('SIGINT', () => {
    if (caught === null || caught.signal.aborted) process.exit(EXIT.interrupted);
    caught.abort();
  });
  return {
    out,
    env: process.env,
    cwd: process.cwd(),
    exitCode: EXIT.done,
    catchInterrupts() {
      caught ??= new AbortController();
      return caught.signal;
    },
  };
}

/** commander's text is "error: …" and, on a second line, its suggestion. */
function usageReport(error: CommanderError, text: string): ErrorReport {
  if (error.code === 'commander.help') {
    return {
      exitCode: EXIT.usage,
      type: 'Usage',
      message: 'no command was given',
      hint: HELP_HINT,
    };
  }
  const [first = '', ...rest] = text.trim().split('\n');
  const suggestion = rest
    .join(' ')
    .trim()
    .replace(/^\(|\)$/g, '');
  return {
    exitCode: EXIT.usage,
    type: 'Usage',
    message: first.replace(/^error: /, ''),
    hint: suggestion === '' ? HELP_HINT : suggestion,
  };
}
