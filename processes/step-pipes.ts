import { execFile } from 'node:child_process';
import { closeSync, constants, open } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
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

/** Both descriptors of a pipe that nobody uses yet. */
interface SparePipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

/** Those of eight steps: one process makes them, as long as a step that does nothing takes. */
const MADE_TOGETHER = 24;
/** With fewer left, more are made while what they were taken for is started. */
const FEWEST = 6;

const spares: SparePipe[] = [];
let making: Promise<void> | null = null;

/**
 * Takes pipes for a step. Node's own `stdio: 'pipe'` makes sockets, on which `echo … > /dev/stderr`,
 * common in shell scripts, fails; named pipes, whose names are gone as soon as they are open, behave
 * as scripts expect. Since only a process can make them, they are made ahead.
 *
 * @throws the system's error when none can be made
 */
export async function openStepPipes(count: number): Promise<readonly StepPipe[]> {
  while (spares.length < count) await makeMore();
  const taken = spares.splice(0, count);
  // Who takes the next ones tries again, and is told.
  if (spares.length < FEWEST) makeMore().catch(() => undefined);
  return taken.map(stepPipe);
}

function makeMore(): Promise<void> {
  making ??= makeSpares().finally(() => {
    making = null;
  });
  return making;
}

async function makeSpares(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), `millrace-pipes-${process.pid}-`));
  try {
    const paths = Array.from({ length: MADE_TOGETHER }, (_, index) => join(directory, `${index}`));
    await run('mkfifo', ['-m', '600', ...paths]);
    for (const path of paths) spares.push(await openPipe(path));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function openPipe(path: string): Promise<SparePipe> {
  // In this order neither open blocks.
  const readEnd = await openDescriptor(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return { readEnd, writeEnd: await openDescriptor(path, constants.O_WRONLY) };
  } catch (error) {
    closeSync(readEnd);
    throw error;
  }
}

function stepPipe({ readEnd, writeEnd }: SparePipe): StepPipe {
  const stream = new Socket({ fd: readEnd, readable: true, writable: false });
  // Output that cannot be read ends there; the process's own end decides about the step.
  stream.on('error', () => undefined);
  return { stream, writeEnd, closeWriteEnd: () => closeSync(writeEnd) };
}
