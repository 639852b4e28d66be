import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../contracts/index.js';
import { endGroup, killGroup } from './end-group.js';
import { type GatedProcess, spawnGated } from './gated-process.js';
import type { GroupGuard } from './group-guard.js';
import type { StepProcess } from './ports.js';
import type { ProcessEnd } from './process-end.js';
import { createProgressReader } from './progress-lines.js';
import type { StepDirectory } from './step-directory.js';
import type { StepLog } from './step-log.js';
import { openStepPipes, type StepPipe } from './step-pipes.js';

/** How long output may still come once no process of the group is left to write it. */
const DRAIN_MS = 1_000;

/**
 * Runs the process of a step to its end, and its whole group: what the process left running is
 * ended too. Aborted, it sends SIGTERM, after `killAfterMs` SIGKILL.
 *
 * @returns how the process ended, when no member of its group runs any more
 */
export async function runStepProcess(work: {
  readonly step: StepProcess;
  readonly argv: readonly string[];
  readonly env: { readonly [name: string]: string };
  readonly directory: StepDirectory;
  readonly log: StepLog;
  readonly guard: GroupGuard;
  /** How it is ended where its group only stands for something else; absent: by signals. */
  readonly end?: () => Promise<void>;
}): Promise<ProcessEnd> {
  const { step, argv, env, directory, log, guard } = work;
  const pipes = await openStepPipes(3);
  const [stdout, stderr, progress] = pipes as readonly [StepPipe, StepPipe, StepPipe];
  log.follow(stdout.stream, 'stdout');
  log.follow(stderr.stream, 'stderr');
  followProgress(progress.stream, step, log);
  try {
    const child = await spawnGated(argv, {
      cwd: directory.path,
      env,
      pipes: { stdout, stderr, progress },
    }).finally(() => {
      for (const pipe of pipes) pipe.closeWriteEnd();
    });
    try {
      await guard.watch(child.pid, step);
      await refuseLate(step);
      if (!step.signal.aborted) child.go();
      return await untilEnd(child, step, work.end);
    } finally {
      await guard.release(child.pid);
    }
  } finally {
    await drain(pipes.map(({ stream }) => stream));
  }
}

/** A worker that hung for a while may not know yet that it was given up. */
async function refuseLate({ isLatest, stepId }: StepProcess): Promise<void> {
  if (isLatest === undefined || (await isLatest())) return;
  throw new MillraceError(
    'Internal',
    `step ${stepId}: this attempt came too late, its command was not begun`,
    'a later attempt has begun',
  );
}

async function untilEnd(
  child: GatedProcess,
  step: StepProcess,
  end: (() => Promise<void>) | undefined,
): Promise<ProcessEnd> {
  const abort = () => {
    ending =
      end === undefined
        ? endGroup(child.pid, step.killAfterMs, child.exited)
        : end()
            .catch(() => undefined)
            .then(() => killGroup(child.pid));
  };
  let ending: Promise<void> | null = null;
  if (step.signal.aborted) abort();
  else step.signal.addEventListener('abort', abort, { once: true });
  try {
    const exited = await child.exited;
    if (ending !== null) await ending;
    return exited;
  } finally {
    step.signal.removeEventListener('abort', abort);
  }
}

function followProgress(stream: Socket, step: StepProcess, log: StepLog): void {
  const reader = createProgressReader(step.onProgress, (line) =>
    log.note(`not a line of progress: ${line}`),
  );
  stream.on('data', (chunk: Buffer) => reader.push(chunk));
  stream.once('close', () => reader.end());
}

/** A process that left the session may hold the pipes open for ever: it is not waited for. */
async function drain(streams: readonly Socket[]): Promise<void> {
  const over = new AbortController();
  const closed = streams.map(
    (stream) => stream.closed || new Promise((resolve) => stream.once('close', resolve)),
  );
  await Promise.race([
    Promise.all(closed),
    sleep(DRAIN_MS, undefined, { signal: over.signal }).catch(() => undefined),
  ]);
  over.abort();
  for (const stream of streams) stream.destroy();
}
