import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

const HEAD_END = Buffer.from('\r\n\r\n');
const MAX_HEAD_BYTES = 64 * 1024;

export interface Answered {
  readonly status: number;
  readonly bytes: number;
}

/**
 * One kept-alive HTTP/1.1 connection with one request at a time, and no more work for each than
 * finding where its answer ends: the generator must not be what is measured.
 */
export class LoadConnection {
  readonly #url: URL;
  #socket: Socket | null = null;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (answer: Answered) => void; reject: (error: Error) => void } | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    url: URL,
    private readonly timeoutMs: number,
  ) {
    this.#url = url;
  }

  /**
   * @param request - head and body as they go over the wire
   * @throws Error when the connection breaks, the answer is none, or it takes too long
   */
  ask(request: Buffer): Promise<Answered> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#timer = setTimeout(
        () => this.#fail(new Error(`no answer within ${this.timeoutMs} ms`)),
        this.timeoutMs,
      );
      this.#open().write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #open(): Socket {
    if (this.#socket !== null) return this.#socket;
    const { protocol, hostname, port } = this.#url;
    const isTls = protocol === 'https:';
    const host = hostname.replace(/^\[|\]$/g, '');
    const place = { host, port: Number(port) || (isTls ? 443 : 80) };
    const socket = isTls ? connectTls({ ...place, servername: host }) : connect(place);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#fail(new Error('the connection was closed'));
    });
    this.#received = Buffer.alloc(0);
    this.#socket = socket;
    return socket;
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd === -1) {
      if (this.#received.length > MAX_HEAD_BYTES) this.#fail(new Error('the answer is no HTTP'));
      return;
    }
    const head = this.#received.toString('latin1', 0, headEnd);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
    const bodyEnd = endOfBody(this.#received, headEnd + HEAD_END.length, head);
    if (Number.isNaN(status) || bodyEnd === null) {
      this.#fail(new Error('the answer does not say where it ends'));
      return;
    }
    if (bodyEnd > this.#received.length) return;
    this.#received = this.#received.subarray(bodyEnd);
    if (/\r\nconnection: *close/i.test(head)) this.close();
    this.#settle()?.resolve({ status, bytes: bodyEnd });
  }

  #fail(error: Error): void {
    this.close();
    this.#settle()?.reject(error);
  }

  #settle() {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    return waiting;
  }
}

/**
 * Where a body ends that begins at `start`.
 *
 * @returns beyond what was received where more is to come; `null` where the head does not tell
 */
function endOfBody(received: Buffer, start: number, head: string): number | null {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return start + Number(length);
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return null;
  let at = start;
  for (;;) {
    const lineEnd = received.indexOf('\r\n', at);
    if (lineEnd === -1) return received.length + 1;
    const size = Number.parseInt(received.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) return null;
    at = lineEnd + 2 + size + 2;
    if (size === 0 || at > received.length) return at;
  }
}
