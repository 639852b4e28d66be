import type { DefineCommand } from '../command.js';
import { findCliHome } from '../rooms.js';
import { stopStack } from '../stack/stop-stack.js';

export const define: DefineCommand = (command, cli) => {
  command.action(async () => {
    const home = await findCliHome(cli);
    const result =
      home === null
        ? { stopped: false, pid: null }
        : await stopStack(home, (text) => cli.out.note(text));
    cli.out.result(result, () =>
      result.stopped ? 'stopped; runs go on at the next start' : 'nothing runs here',
    );
  });
};
