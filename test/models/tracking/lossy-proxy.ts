import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a server and loses answers: the server has done what it was told. */
export interface LossyProxy {
  readonly url: string;
  /** Loses the answer to every changing request the first time it comes, until told otherwise. */
  lose(answers: boolean): void;
  /** Answers lost so far. */
  readonly lost: number;
  /** Changing requests that came, by path. */
  readonly writes: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

export async function startLossyProxy(server: string): Promise<LossyProxy> {
  const seen = new Set<string>();
  const writes: Record<string, number> = {};
  let losing = false;
  let lost = 0;
  const proxy = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const path = request.url ?? '/';
    const asks = request.method === 'GET' || path.includes('/search');
    const answer = await fetch(`${server}${path}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    }).catch(() => null);
    const content = answer === null ? null : Buffer.from(await answer.arrayBuffer());
    if (!asks) {
      const place = path
        .replace(/^\/api\/2\.0\/|\?.*$/g, '')
        .replace(/artifacts\/artifacts\/.*/, 'file');
      writes[place] = (writes[place] ?? 0) + 1;
    }
    const key = createHash('sha256')
      .update(`${request.method} ${path} `)
      .update(body)
      .digest('hex');
    if (losing && !asks && !seen.has(key)) {
      seen.add(key);
      lost += 1;
      request.socket.destroy();
      return;
    }
    if (answer === null || content === null) request.socket.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(content);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    lose(answers) {
      losing = answers;
    },
    get lost() {
      return lost;
    },
    writes,
    close: () =>
      new Promise((done) => {
        proxy.close(() => done());
        proxy.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
