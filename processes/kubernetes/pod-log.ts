import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLineSplitter } from '../line-splitter.js';
import type { Cluster } from './cluster.js';

/** How long the last lines of a pod that has ended are waited for. */
const LAST_LINES_MS = 10_000;

/** The log of a pod, followed over every break of the connection. */
export interface FollowedLog {
  readonly stream: Readable;
  /** The pod has ended: resolves when all that it printed was read, or cannot be had. */
  finish(): Promise<void>;
}

/**
 * Follows what a pod prints. A connection that breaks is made again from the second of the last line
 * on; lines that were read before are known by the time of their writing.
 */
export function followPodLog(
  cluster: Pick<Cluster, 'openLog' | 'lookEveryMs'>,
  pod: string,
): FollowedLog {
  const sink = new PassThrough();
  const over = new AbortController();
  let last: { readonly at: string; readonly order: string } | null = null;
  let ended = false;

  function takeLine(line: Buffer): void {
    const space = line.indexOf(32);
    const at = line.subarray(0, space === -1 ? line.length : space).toString('latin1');
    const order = sortable(at);
    if (order === null) {
      // Not after a time: something of the cluster's own, or the rest of a line that was cut.
      sink.write(Buffer.concat([line, NEWLINE]));
      return;
    }
    if (last !== null && order <= last.order) return;
    last = { at, order };
    sink.write(Buffer.concat([line.subarray(at.length + 1), NEWLINE]));
  }

  async function readOnce(): Promise<void> {
    const stream = await cluster.openLog(pod, last?.at ?? null, over.signal);
    const splitter = createLineSplitter(takeLine);
    for await (const chunk of stream) {
      splitter.push(chunk as Buffer);
      if (sink.writableNeedDrain) await once(sink, 'drain', { signal: over.signal });
    }
    splitter.end();
  }

  async function follow(): Promise<void> {
    for (;;) {
      const isLast = ended;
      const complete = await readOnce().then(
        () => true,
        () => false,
      );
      if (over.signal.aborted || (isLast && complete)) return;
      await sleep(cluster.lookEveryMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  }

  const following = follow().finally(() => sink.end());
  return {
    stream: sink,
    async finish() {
      ended = true;
      const late = setTimeout(() => over.abort(), LAST_LINES_MS);
      await following;
      clearTimeout(late);
    },
  };
}

const NEWLINE = Buffer.from('\n');

/** A time of up to nine decimals as text that sorts; `null` where it is none. */
function sortable(at: string): string | null {
  const [, seconds, decimals = ''] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)$/.exec(at) ?? [];
  return seconds === undefined ? null : `${seconds}.${decimals.padEnd(9, '0')}`;
}
