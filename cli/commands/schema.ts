import type { DefineCommand } from '../command.js';

export const define: DefineCommand = () => {};
