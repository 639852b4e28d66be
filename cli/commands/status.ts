import type { DefineCommand } from '../command.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { readStatus } from '../status/read-status.js';
import { statusLines } from '../status/view.js';

export const define: DefineCommand = (command, cli) => {
  command.action(async () => {
    const nowMs = Date.now();
    const home = await findCliHome(cli);
    const models = (await withRegistry(home, (registry) => readStatus(registry, nowMs))) ?? [];
    cli.out.result({ models }, () =>
      models.length === 0
        ? 'no models: millrace run FILE trains and registers one'
        : statusLines(models, nowMs, cli.out.columns, cli.out.style).join('\n'),
    );
  });
};
