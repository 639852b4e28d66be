import { plainTextWarning, wireOf } from '../../models/access/plain-text.js';
import type { DefineCommand } from '../command.js';
import { openCliHome } from '../rooms.js';
import { startBackgroundStack } from '../stack/background.js';
import { installedPrograms } from '../stack/installed.js';
import { addPortOptions, type PortOptions } from '../stack/port-options.js';
import { runStack } from '../stack/stack.js';
import type { StackState } from '../stack/stack-file.js';

export const define: DefineCommand = (command, cli) => {
  addPortOptions(command)
    .option('--background', 'return when it is ready; `millrace down` ends it')
    .action(async (options: PortOptions & { background?: true }) => {
      const { temporalPort, gatewayPort } = options;
      const started = performance.now();
      const home = await openCliHome(cli);
      const warning = plainTextWarning(wireOf(cli.env));
      if (warning !== null) {
        cli.out.note(cli.out.noteStyle.yellow(`${warning.message}; ${warning.hint}`));
      }
      const stack = {
        home,
        programs: installedPrograms(),
        temporalPort,
        gatewayPort,
        idleMs: null,
      };
      const report = (state: StackState) => {
        const seconds = ((performance.now() - started) / 1_000).toFixed(1);
        cli.out.result(documentOf(state, home.root), () => wordsOf(state, home.root, seconds));
      };
      if (options.background === true) {
        report(await startBackgroundStack(stack, cli.env));
        return;
      }
      const signal = cli.catchInterrupts();
      const stop = new AbortController();
      signal.addEventListener('abort', () => stop.abort());
      for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
      stop.signal.addEventListener('abort', () => cli.out.note('stopping …'));
      await runStack({ ...stack, env: cli.env, background: false }, stop.signal, {
        onReady: report,
        note: (text) => cli.out.note(text),
      });
      cli.out.note('stopped; runs go on at the next start');
    });
};

function documentOf(state: StackState, home: string) {
  return {
    pid: state.supervisor.pid,
    home,
    background: state.background,
    temporalAddress: state.temporalAddress,
    temporalUiUrl: state.temporalUiUrl,
    gatewayAddress: state.gatewayAddress,
    processes: state.processes.map(({ name, pid }) => ({ name, pid })),
  };
}

function wordsOf(state: StackState, home: string, seconds: string): string {
  const page = state.temporalUiUrl === null ? '' : `  (web page ${state.temporalUiUrl})`;
  const end = state.background ? '`millrace down` stops it' : 'Ctrl-C stops it';
  return [
    `millrace is up (${seconds} s)`,
    `  Temporal  ${state.temporalAddress}${page}`,
    `  gateway   ${state.gatewayAddress}`,
    `  state     ${home}`,
    `${end}; runs go on at the next start.`,
  ].join('\n');
}
