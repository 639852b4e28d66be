import { requireFreePort } from '../../temporal/server.js';
import type { DefineCommand } from '../command.js';
import { openCliHome } from '../rooms.js';
import { runInForeground } from '../stack/foreground-child.js';
import { installedPrograms } from '../stack/installed.js';
import { parsePort } from '../stack/port-options.js';
import { DEFAULT_GATEWAY_PORT } from '../stack/ports.js';

const GRACE_MS = 10_000;

export const define: DefineCommand = (command, cli) => {
  command
    .option('--port <port>', 'port to listen on, 0 for a free one', parsePort, DEFAULT_GATEWAY_PORT)
    .action(async ({ port }: { port: number }) => {
      const home = await openCliHome(cli);
      if (port !== 0) await requireFreePort(port, '--port');
      const child = {
        program: installedPrograms().gateway,
        graceMs: GRACE_MS,
        env: { ...cli.env, MILLRACE_HOME: home.root, MILLRACE_GATEWAY_PORT: String(port) },
      };
      await runInForeground(cli, 'gateway', child, (said) => {
        cli.out.result(said, () => `gateway ready at ${String(said['address'] ?? `port ${port}`)}`);
      });
    });
};
