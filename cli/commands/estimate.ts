import { MillraceError } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';

export const define: DefineCommand = (command) => {
  command.allowUnknownOption().action(() => {
    throw new MillraceError('Internal', 'estimate is being built');
  });
};
