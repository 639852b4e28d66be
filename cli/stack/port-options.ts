import { type Command, InvalidArgumentError } from 'commander';
import { DEFAULT_GATEWAY_PORT, DEFAULT_TEMPORAL_PORT } from './ports.js';

export interface PortOptions {
  readonly temporalPort: number;
  readonly gatewayPort: number;
}

export function addPortOptions(command: Command): Command {
  return command
    .option(
      '--temporal-port <port>',
      'port of the Temporal server, 0 for a free one',
      parsePort,
      DEFAULT_TEMPORAL_PORT,
    )
    .option(
      '--gateway-port <port>',
      'port of the prediction gateway, 0 for a free one',
      parsePort,
      DEFAULT_GATEWAY_PORT,
    );
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535.');
}
