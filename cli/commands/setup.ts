import { prepare } from '../../setup/prepare.mjs';
import type { DefineCommand } from '../command.js';
import { setupProblem } from '../stack/installed.js';

export const define: DefineCommand = (command, cli) => {
  command.action(async () => {
    try {
      const { root, python, temporal } = await prepare({ env: cli.env });
      cli.out.result({ root, python, temporal }, () => 'set up: `millrace doctor` looks again');
    } catch (error) {
      throw setupProblem(error);
    }
  });
};
