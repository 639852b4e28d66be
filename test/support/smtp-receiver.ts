import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** The message as it came, with its dots unstuffed and lines ending in `\n`. */
  readonly data: string;
  /** User and password that were given, `null` without. */
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly encrypted: boolean;
}

export interface SmtpReceiver {
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** Answers to the next recipients instead of 250, such as `451 4.3.0 later`. */
  refuseWith(...answers: readonly string[]): void;
  close(): Promise<void>;
}

export interface SmtpReceiverOptions {
  /** PEM; offered by STARTTLS. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  readonly login?: { readonly user: string; readonly password: string };
}

/** A small mail server on a free port, as RFC 5321 has it: it keeps what it got. */
export async function startSmtpReceiver(options: SmtpReceiverOptions = {}): Promise<SmtpReceiver> {
  const received: ReceivedMail[] = [];
  const refusals: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.write('220 mail.test ESMTP\r\n');
    talk(socket, options, received, refusals);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    received,
    refuseWith: (...answers) => void refusals.push(...answers),
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}

function talk(
  socket: Socket,
  options: SmtpReceiverOptions,
  received: ReceivedMail[],
  refusals: string[],
): void {
  const encrypted = socket instanceof TLSSocket;
  let mail: { from: string; to: string[] } = { from: '', to: [] };
  let login: ReceivedMail['login'] = null;
  let data: string[] | null = null;
  let pending = '';
  const say = (...lines: readonly string[]): void => void socket.write(`${lines.join('\r\n')}\r\n`);

  const read = (chunk: Buffer): void => {
    pending += chunk.toString('utf8');
    const lines = pending.split('\r\n');
    pending = lines.pop() ?? '';
    for (const line of lines) take(line);
  };
  socket.on('data', read);

  function take(line: string): void {
    if (data !== null) {
      if (line !== '.') {
        data.push(line.startsWith('.') ? line.slice(1) : line);
        return;
      }
      received.push({ ...mail, data: data.join('\n'), login, encrypted });
      mail = { from: '', to: [] };
      data = null;
      say('250 2.0.0 kept');
      return;
    }
    const [command = ''] = line.toUpperCase().split(' ');
    const place = /<([^>]*)>/.exec(line)?.[1] ?? '';
    switch (command) {
      case 'EHLO':
        say(
          '250-mail.test',
          ...(options.certificate !== undefined && !encrypted ? ['250-STARTTLS'] : []),
          ...(options.login === undefined ? [] : ['250-AUTH PLAIN']),
          '250 8BITMIME',
        );
        break;
      case 'STARTTLS': {
        if (options.certificate === undefined) {
          say('454 4.7.0 no encryption here');
          break;
        }
        say('220 2.0.0 go on');
        socket.off('data', read);
        const secureContext = createSecureContext(options.certificate);
        talk(new TLSSocket(socket, { isServer: true, secureContext }), options, received, refusals);
        break;
      }
      case 'AUTH': {
        const [, user = '', password = ''] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .toString('utf8')
          .split('\0');
        const isRight = user === options.login?.user && password === options.login.password;
        if (isRight) login = { user, password };
        say(isRight ? '235 2.7.0 welcome' : '535 5.7.8 wrong password');
        break;
      }
      case 'MAIL':
        mail = { from: place, to: [] };
        say('250 2.1.0 ok');
        break;
      case 'RCPT': {
        const refusal = refusals.shift();
        if (refusal === undefined) mail.to.push(place);
        say(refusal ?? '250 2.1.5 ok');
        break;
      }
      case 'DATA':
        data = [];
        say('354 end with a dot');
        break;
      case 'QUIT':
        say('221 2.0.0 bye');
        socket.end();
        break;
      default:
        say('250 2.0.0 ok');
    }
  }
}
