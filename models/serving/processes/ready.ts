import { tellStarter } from './messages.js';

/** Where a gateway listens. */
export interface Addresses {
  /** `http://127.0.0.1:7700` */
  readonly address: string;
  /** `127.0.0.1:8001`; `null` where gRPC is not spoken. */
  readonly grpcAddress: string | null;
}

/** The line by which whoever started the gateway knows that it listens. */
export function printReady({ address, grpcAddress }: Addresses): void {
  const grpc = grpcAddress === null ? {} : { grpcAddress };
  const ready = { event: 'ready', address, ...grpc, pid: process.pid };
  // Who was to read it may be gone by now; then the pipe of the parent ends this process as it should.
  process.stdout.once('error', () => {});
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

/** One of several processes listens: the line is printed when all of them do. */
export function tellStarterReady({ address, grpcAddress }: Addresses): void {
  tellStarter({ kind: 'ready', address, grpcAddress });
}
