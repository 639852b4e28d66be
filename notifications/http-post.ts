import { lookup } from 'node:dns';
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { DeliveryFailure } from './delivery-failure.js';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Addresses that only the machine itself or its cloud answers: credentials are given out there. */
const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4');
LINK_LOCAL.addSubnet('0.0.0.0', 8, 'ipv4');
LINK_LOCAL.addAddress('100.100.100.200', 'ipv4');
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6');
LINK_LOCAL.addSubnet('fd00:ec2::', 32, 'ipv6');
LINK_LOCAL.addAddress('::', 'ipv6');

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowLinkLocal: boolean;
}

/**
 * Posts a JSON body. Redirects are not followed: a receiver that was checked may not send the
 * message elsewhere. The address is checked after the name was looked up, so that no name leads
 * where no address may.
 *
 * @returns what the receiver said, cut
 * @throws DeliveryFailure unless it answered 2xx; the URL is not in the message, since it may be a secret
 */
export function post({ url, headers, body, allowLinkLocal }: Post): Promise<string> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  if (!allowLinkLocal && isIP(host) !== 0 && isForbidden(host)) {
    return Promise.reject(forbidden(target.host));
  }
  const send = target.protocol === 'https:' ? overHttps : overHttp;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(understood(error, target.host));
    const request = send(
      target,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'millrace',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(allowLinkLocal ? {} : { lookup: guardedLookup }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= MAX_ANSWER_BYTES) chunks.push(chunk);
          else response.destroy();
        });
        response.on('error', fail);
        response.on('close', () => {
          const said = Buffer.concat(chunks).toString('utf8').trim().slice(0, 300);
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve(`${statusCode} ${said}`.trim());
          else reject(refused(target.host, statusCode, said, response.headers['retry-after']));
        });
      },
    );
    request.on('error', fail);
    request.end(body);
  });
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) {
      callback(error ?? new Error(`${hostname} has no address`), '');
    } else if (addresses.some(({ address }) => isForbidden(address))) {
      callback(forbidden(hostname), '');
    } else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function isForbidden(address: string): boolean {
  return LINK_LOCAL.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function forbidden(host: string): DeliveryFailure {
  return new DeliveryFailure(
    `${host} is a link-local or metadata address; \`allowLinkLocal: true\` of the channel permits it`,
    { permanent: true },
  );
}

function refused(
  host: string,
  status: number,
  said: string,
  retryAfter: string | undefined,
): DeliveryFailure {
  if (status >= 300 && status < 400) {
    return new DeliveryFailure(
      `${host} answered ${status}: redirects are not followed, so give the address it leads to`,
      { permanent: true },
    );
  }
  const passes = status >= 500 || [408, 425, 429].includes(status);
  const seconds = Number(retryAfter);
  return new DeliveryFailure(`${host} answered ${status}${said === '' ? '' : `: ${said}`}`, {
    permanent: !passes,
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : null,
  });
}

function understood(error: unknown, host: string): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  const { name, code, message } = error as NodeJS.ErrnoException;
  const why =
    name === 'TimeoutError' || name === 'AbortError'
      ? `no answer within ${TIMEOUT_MS / 1_000} s`
      : (code ?? message);
  return new DeliveryFailure(`${host}: ${why}`, { cause: error });
}
