import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type * as z from 'zod';
import { MillraceError } from '../../contracts/index.js';
import { type Channels, channelsFile } from './channel-schema.js';
import { nearestName } from './nearest-name.js';

/** Its place in the state directory. */
export function channelsPath(stateDirectory: string): string {
  return join(stateDirectory, 'channels.yaml');
}

/**
 * Reads the channels of the installation; without a file there are none. It is read for each alert,
 * so that a change needs no restart.
 *
 * @throws MillraceError `InvalidInput` with the file, the key and what is right
 */
export async function readChannels(path: string): Promise<Channels> {
  const parsed = channelsFile.safeParse((await readYaml(path)) ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(path, issue === undefined ? parsed.error.message : issueText(issue));
  }
  const { gather, channels } = parsed.data;
  for (const [name, channel] of Object.entries(channels)) {
    if (channel.kind !== 'smtp') continue;
    if ((channel.user === undefined) !== (channel.password === undefined)) {
      throw refuse(path, `channels.${name}: user and password go together`);
    }
    if (channel.password !== undefined && channel.tls === 'none' && !isLoopback(channel.host)) {
      throw refuse(
        path,
        `channels.${name}.tls: a password is not sent unencrypted; use starttls or implicit`,
      );
    }
  }
  return {
    gatherMs: gather,
    byName: new Map(Object.entries(channels)),
    directory: dirname(path),
  };
}

async function readYaml(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw refuse(path, error instanceof Error ? error.message : String(error));
  }
}

function refuse(path: string, complaint: string): MillraceError {
  return new MillraceError('InvalidInput', `${path}: ${complaint}`, 'docs/alerts.md has examples');
}

/** Never with the value: it may be a secret that was written where a reference belongs. */
function issueText(issue: z.core.$ZodIssue): string {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `${place === '' ? '' : `${place}.`}${key}`).join(', ');
    const near = nearestName(issue.keys[0] ?? '', KEYS);
    return `${names} is not known${near === null ? '' : `; did you mean ${near}?`}`;
  }
  if (issue.code === 'invalid_key') return `${place}: ${issue.issues[0]?.message ?? issue.message}`;
  const message = issue.message.replace(
    /^Invalid input: expected .*received undefined$/,
    'is missing',
  );
  return place === '' ? message : `${place}: ${message}`;
}

const KEYS = [
  ...['gather', 'channels', 'kind', 'host', 'port', 'tls', 'caFile', 'user', 'password'],
  ...['from', 'to', 'url', 'secret', 'routingKey', 'allowLinkLocal'],
];

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
