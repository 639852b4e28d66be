import { hostname } from 'node:os';
import { MillraceError } from '../../contracts/index.js';
import { newRequestUuid } from '../predictions/prediction-id.js';

/**
 * The port makes it unique on this machine and the same after a restart, so that the lease of a
 * killed gateway is replaced by its successor instead of contradicting it until it is old.
 *
 * @param process - which of several on this port it is
 */
export function gatewayId(host: string, port: number, process?: number): string {
  const place = port === 0 ? newRequestUuid() : `${host === '127.0.0.1' ? '' : `${host}-`}${port}`;
  return `${hostname()}-${place}${process === undefined ? '' : `-p${process}`}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
}

/** Why a port could not be listened on, in words; any other error as it is. */
export function listenError(error: unknown, host: string, port: number): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') return error;
  const what = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${message})`;
  return new MillraceError(
    'ServiceUnavailable',
    `port ${port} of ${host} ${what}`,
    'stop what holds it, or set MILLRACE_GATEWAY_PORT to another port (0: any)',
    { cause: error },
  );
}
