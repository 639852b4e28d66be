import { isMillraceError, MillraceError } from '../../../contracts/index.js';
import { within } from '../../features/lookup/within.js';
import type { SourceCheckpoint, StreamBatch, StreamRecord, StreamSource } from './ports.js';

/** The longest that a broker is waited for at once, so that an abort is noticed. */
const BLOCK_MS = 1_000;
/** Besides that: a broker that says nothing for so long is gone, whatever its connection looks like. */
const ANSWER_WITHIN_MS = 30_000;
/** Answers of a broker that is well, and will give them again. */
const REFUSED = /^(WRONGTYPE|NOPERM|NOAUTH|WRONGPASS)\b/;
/** Field of an entry that holds the record as JSON. */
const RECORD_FIELD = 'record';

export interface RedisStreamAddress {
  /** Of the server, without what is ours. */
  readonly url: string;
  readonly stream: string;
  readonly group: string;
  readonly consumer: string;
  /** Without the password: names the source in checkpoints and ids. */
  readonly identity: string;
}

/**
 * Reads `redis://host:6379/stream?group=scoring&consumer=one`; `rediss:` is TLS. `db=2` chooses a
 * database.
 *
 * @throws MillraceError `InvalidInput` where stream or group is missing
 */
export function readRedisAddress(text: string): RedisStreamAddress {
  const url = new URL(text);
  const stream = decodeURIComponent(url.pathname.replace(/^\//, ''));
  const group = url.searchParams.get('group') ?? '';
  if (stream === '' || group === '') {
    throw new MillraceError(
      'InvalidInput',
      `${withoutSecrets(url)} names no ${stream === '' ? 'stream' : 'group'}`,
      'write redis://HOST:PORT/STREAM?group=GROUP',
    );
  }
  const database = url.searchParams.get('db') ?? '0';
  const consumer = url.searchParams.get('consumer') ?? 'millrace';
  const identity = `${url.protocol}//${url.host}/${database}/${stream}?group=${group}`;
  url.search = '';
  url.pathname = `/${database}`;
  return { url: url.toString(), stream, group, consumer, identity };
}

function withoutSecrets(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** The part of the client that is used. */
interface RedisClient {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  sendCommand(command: readonly string[]): Promise<unknown>;
  on(event: 'error', handler: (error: Error) => void): unknown;
  destroy(): void;
}

/**
 * A stream of Redis, read as one consumer of a group: each entry is acknowledged once its prediction and
 * the checkpoint are on disk. Entries that were handed out before a kill come first when the consumer
 * is back; those of them that the checkpoint has are acknowledged and not predicted for again.
 */
export class RedisSource implements StreamSource {
  readonly identity: string;
  #client: RedisClient | null = null;
  /** Reading what was handed out to this consumer before; after it, what is new. */
  #cursor: string | null = '0';
  #known: ReadonlySet<string> = new Set();

  constructor(
    private readonly address: RedisStreamAddress,
    private readonly untilEnd: boolean,
    private readonly answerWithinMs = ANSWER_WITHIN_MS,
  ) {
    this.identity = address.identity;
  }

  async open(checkpoint: SourceCheckpoint | null): Promise<void> {
    const { url, stream, group, identity } = this.address;
    const ids = checkpoint?.['ids'];
    this.#known = new Set(Array.isArray(ids) ? ids : []);
    this.#cursor = '0';
    const { createClient } = await import('redis');
    const client = createClient({
      url,
      // Answers are read as lists.
      RESP: 2,
      socket: { reconnectStrategy: false },
    }) as RedisClient;
    // A connection that is lost rejects what waits for it; the event says the same once more.
    client.on('error', () => undefined);
    try {
      await client.connect();
      this.#client = client;
      await this.#send(['XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM']);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // Another consumer, or we ourselves before, made the group.
      if (message.startsWith('BUSYGROUP')) return;
      await this.close();
      if (client.isOpen) client.destroy();
      throw isMillraceError(error)
        ? error
        : new MillraceError(
            'ServiceUnavailable',
            `the broker of ${identity} does not answer: ${message}`,
            'check the address, and that Redis runs there',
            { cause: error },
          );
    }
  }

  async next(most: number, signal: AbortSignal): Promise<StreamBatch | null> {
    const { stream, group, consumer } = this.address;
    for (;;) {
      signal.throwIfAborted();
      const from = this.#cursor ?? '>';
      const block = from === '>' && !this.untilEnd ? ['BLOCK', String(BLOCK_MS)] : [];
      const entries = entriesOf(
        await this.#send([
          'XREADGROUP',
          'GROUP',
          group,
          consumer,
          'COUNT',
          String(most),
          ...block,
          'STREAMS',
          stream,
          from,
        ]),
      );
      if (entries.length === 0) {
        if (this.#cursor === null && this.untilEnd) return null;
        this.#cursor = null;
        continue;
      }
      if (this.#cursor !== null) this.#cursor = entries.at(-1)?.position ?? null;
      const records = entries.filter(({ position }) => !this.#known.has(position));
      await this.#acknowledge(entries.filter(({ position }) => this.#known.has(position)));
      if (records.length > 0) {
        return { records, checkpoint: { ids: records.map(({ position }) => position) } };
      }
    }
  }

  async done({ records }: StreamBatch): Promise<void> {
    await this.#acknowledge(records);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    // What was lost is closed already.
    if (client?.isOpen === true) client.destroy();
  }

  async #acknowledge(records: readonly StreamRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { stream, group } = this.address;
    await this.#send(['XACK', stream, group, ...records.map(({ position }) => position)]);
  }

  async #send(command: readonly string[]): Promise<unknown> {
    const client = this.#client;
    if (client === null) throw new Error('the source is not open');
    try {
      return await within(client.sendCommand(command), BLOCK_MS + this.answerWithinMs, () => {
        return new Error(`no answer within ${this.answerWithinMs} ms`);
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message.startsWith('BUSYGROUP')) throw error;
      throw REFUSED.test(message)
        ? new MillraceError(
            'InvalidInput',
            `the broker of ${this.identity} refuses: ${message}`,
            'check the name of the stream, and the user and password of its address',
            { cause: error },
          )
        : new MillraceError(
            'ServiceUnavailable',
            `the broker of ${this.identity} failed: ${message}`,
            'start again: it goes on where it stood',
            { cause: error },
          );
    }
  }
}

/** An answer of XREADGROUP: `[[stream, [[id, [field, value, …]], …]]]`, or null. */
function entriesOf(answer: unknown): readonly StreamRecord[] {
  const [first] = listOf(answer);
  const [, entries] = listOf(first);
  return listOf(entries).map((entry) => {
    const [id, fields] = listOf(entry);
    return { position: String(id), ...recordOf(listOf(fields)) };
  });
}

/** The field `record`, or all fields as one object of texts. */
function recordOf(flat: readonly unknown[]): Pick<StreamRecord, 'text' | 'isPlain'> {
  const fields: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    fields.push([String(flat[at]), String(flat[at + 1])]);
  }
  const record = fields.findLast(([name]) => name === RECORD_FIELD);
  if (record !== undefined) return { text: record[1] };
  return { text: JSON.stringify(Object.fromEntries(fields)), isPlain: true };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
