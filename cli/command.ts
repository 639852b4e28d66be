import type { Command } from 'commander';
import type { ExitCode } from './errors.js';
import type { Output } from './output.js';

/** What a command is given by `main.ts` besides its arguments. */
export interface Cli {
  readonly out: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** What the process ends with when the action returns; `EXIT.done` unless the command sets it. */
  exitCode: ExitCode;
  /**
   * Until this is called, Ctrl-C ends the process with 130. From then on it aborts the signal and
   * the command decides; a second Ctrl-C ends the process.
   */
  catchInterrupts(): AbortSignal;
}

/**
 * Declares a command's arguments, options and action. It is called only when that command was
 * asked for, so a command file may import what it needs at its top, but nothing is loaded for
 * the sake of the others.
 *
 * The action prints through `cli.out`, throws `MillraceError` or `UsageError` when it cannot go
 * on, and sets `cli.exitCode` for an outcome that is no error (a run that failed).
 *
 * @example
 * export const define: DefineCommand = (command, cli) => {
 *   command.argument('<file>', 'pipeline file').action(async (file: string) => {
 *     const document = await work(file);
 *     cli.out.result(document, () => words(document));
 *   });
 * };
 */
export type DefineCommand = (command: Command, cli: Cli) => void;

export interface CommandModule {
  readonly define: DefineCommand;
}
