import { resolve } from 'node:path';
import { Option } from 'commander';
import { requireFreePort } from '../../temporal/server.js';
import type { DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { readCount } from '../options.js';
import { openCliHome } from '../rooms.js';
import { runInForeground } from '../stack/foreground-child.js';
import { installedPrograms } from '../stack/installed.js';
import { parsePort } from '../stack/port-options.js';
import { DEFAULT_GATEWAY_PORT } from '../stack/ports.js';

const GRACE_MS = 10_000;

interface ServeOptions {
  readonly port: number;
  readonly host?: string;
  readonly auth?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly grpcPort?: number;
  readonly accessLog?: string;
  readonly processes?: number;
}

/** The gateway names the loopback address then, by which this machine reaches it. */
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

export const define: DefineCommand = (command, cli) => {
  command
    .option('--port <port>', 'port to listen on, 0 for a free one', parsePort, DEFAULT_GATEWAY_PORT)
    .option(
      '--host <address>',
      'address to listen on; others than 127.0.0.1 need keys or an issuer',
    )
    .addOption(
      new Option('--auth <mode>', 'whether callers are asked who they are').choices([
        'auto',
        'required',
        'off',
      ]),
    )
    .option('--tls-cert <file>', 'certificate in PEM: HTTPS')
    .option('--tls-key <file>', 'its private key in PEM')
    .option('--grpc-port <port>', 'speak gRPC too, on this port, 0 for a free one', parsePort)
    .option('--access-log <file>', 'one line of JSON a request; - for the standard error stream')
    .option(
      '--processes <number>',
      'processes that share the port and the limits, one for each processor at most',
      readCount,
    )
    .action(async (options: ServeOptions) => {
      const { port } = options;
      if ((options.tlsCert === undefined) !== (options.tlsKey === undefined)) {
        throw new UsageError('--tls-cert and --tls-key are given together');
      }
      const home = await openCliHome(cli);
      if (port !== 0) await requireFreePort(port, '--port');
      const child = {
        program: installedPrograms().gateway,
        graceMs: GRACE_MS,
        env: {
          ...cli.env,
          MILLRACE_HOME: home.root,
          MILLRACE_GATEWAY_PORT: String(port),
          ...(options.host !== undefined && { MILLRACE_GATEWAY_HOST: options.host }),
          ...(options.grpcPort !== undefined && { MILLRACE_GRPC_PORT: String(options.grpcPort) }),
          ...(options.accessLog !== undefined && {
            MILLRACE_ACCESS_LOG:
              options.accessLog === '-' ? '-' : resolve(cli.cwd, options.accessLog),
          }),
          ...(options.processes !== undefined && {
            MILLRACE_GATEWAY_PROCESSES: String(options.processes),
          }),
          ...(options.auth !== undefined && { MILLRACE_GATEWAY_AUTH: options.auth }),
          ...(options.tlsCert !== undefined && {
            MILLRACE_GATEWAY_TLS_CERT: resolve(cli.cwd, options.tlsCert),
          }),
          ...(options.tlsKey !== undefined && {
            MILLRACE_GATEWAY_TLS_KEY: resolve(cli.cwd, options.tlsKey),
          }),
        },
      };
      await runInForeground(cli, 'gateway', child, (said) => {
        const grpc = said['grpcAddress'] === undefined ? '' : `, gRPC at ${said['grpcAddress']}`;
        const address = String(said['address'] ?? `port ${port}`);
        const { host = '127.0.0.1' } = options;
        const every = EVERY_ADDRESS.has(host) ? `, on every address of this machine (${host})` : '';
        cli.out.result(said, () => `gateway ready at ${address}${every}${grpc}`);
      });
    });
};
