import type { DefineCommand } from '../command.js';
import { wrap } from '../render/table.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { gatewayNotes, readGateways } from '../status/gateways.js';
import { readStatus } from '../status/read-status.js';
import { statusLines } from '../status/view.js';

export const define: DefineCommand = (command, cli) => {
  command.action(async () => {
    const nowMs = Date.now();
    const home = await findCliHome(cli);
    const found = await withRegistry(home, async (registry) => ({
      models: await readStatus(registry, nowMs),
      gateways: await readGateways(registry, nowMs),
    }));
    const { models, gateways } = found ?? { models: [], gateways: [] };
    const { columns, style } = cli.out;
    cli.out.result({ models, gateways }, () =>
      [
        ...(models.length === 0
          ? ['no models: millrace run FILE trains and registers one']
          : statusLines(models, nowMs, columns, style)),
        ...gatewayNotes(gateways, nowMs).flatMap((note) =>
          wrap(`${style.yellow('!')} ${note}`, columns),
        ),
      ].join('\n'),
    );
  });
};
