import { execFile } from 'node:child_process';
import { closeSync, constants, open } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const openDescriptor = promisify(open);

/** One pipe out of a step's process. */
export interface StepPipe {
  /** What the process writes; closes once no process holds the other end. */
  readonly stream: Socket;
  /** The descriptor that the process is given. */
  readonly writeEnd: number;
  /** To be called once the process has its own copy, or will not be started. */
  closeWriteEnd(): void;
}

/**
 * Makes a step's pipes. Node's own `stdio: 'pipe'` makes sockets, on which `echo … > /dev/stderr`,
 * common in shell scripts, fails; named pipes, unlinked as soon as they are open, behave as scripts
 * expect.
 *
 * @param directory - where the names exist for a moment
 */
export async function openStepPipes(
  directory: string,
  count: number,
): Promise<readonly StepPipe[]> {
  const paths = Array.from({ length: count }, (_, index) => join(directory, `.pipe-${index}`));
  await run('mkfifo', ['-m', '600', ...paths]);
  return Promise.all(paths.map(openPipe));
}

async function openPipe(path: string): Promise<StepPipe> {
  // In this order neither open blocks.
  const readEnd = await openDescriptor(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = await openDescriptor(path, constants.O_WRONLY);
  await rm(path);
  const stream = new Socket({ fd: readEnd, readable: true, writable: false });
  // Output that cannot be read ends there; the process's own end decides about the step.
  stream.on('error', () => undefined);
  return { stream, writeEnd, closeWriteEnd: () => closeSync(writeEnd) };
}
