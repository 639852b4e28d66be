import { setTimeout as sleep } from 'node:timers/promises';
import { endGroup, killGroup } from '../../../processes/end-group.js';
import { type GatedProcess, spawnGated } from '../../../processes/gated-process.js';
import type { GroupGuard, GroupOwner } from '../../../processes/group-guard.js';
import { groupMemoryBytes } from '../../../processes/group-memory.js';
import type { ProcessEnd } from '../../../processes/process-end.js';
import type { StepLog } from '../../../processes/step-log.js';
import { openStepPipes, type StepPipe } from '../../../processes/step-pipes.js';
import { awayWords, ServerFault } from '../server-fault.js';

/** How long a server may finish what it is answering. */
const END_WITHIN_MS = 5_000;
const FIRST_LOOK_MS = 25;
const LAST_LOOK_MS = 500;

export interface LifeOptions {
  /** For errors: `version 3 of coffee`. */
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: { readonly [name: string]: string };
  /** The process's working directory. */
  readonly cwd: string;
  readonly owner: GroupOwner;
  readonly guard: GroupGuard;
  readonly log: StepLog;
  /** Where that is, for errors. */
  readonly logFile: string;
}

/** One process of a server, with its group: from its start to its end. */
export class ServerLife {
  readonly #options: LifeOptions;
  readonly #child: GatedProcess;
  #end: ProcessEnd | null = null;
  /** Resolves when its first process has ended: then it cannot be asked. */
  readonly exited: Promise<ProcessEnd>;
  /** Resolves once no process of its group runs. */
  readonly ended: Promise<ProcessEnd>;

  private constructor(options: LifeOptions, child: GatedProcess) {
    this.#options = options;
    this.#child = child;
    this.exited = child.exited.then((end) => {
      this.#end = end;
      return end;
    });
    this.ended = this.exited.then(async (end) => {
      await options.guard.release(child.pid);
      return end;
    });
  }

  /** Starts the process; should this process die, it is ended with its group. */
  static async begin(options: LifeOptions): Promise<ServerLife> {
    const { argv, env, cwd, owner, guard, log } = options;
    const pipes = await openStepPipes(2);
    const [stdout, stderr] = pipes as readonly [StepPipe, StepPipe];
    log.follow(stdout.stream, 'stdout');
    log.follow(stderr.stream, 'stderr');
    const child = await spawnGated(argv, { cwd, env, pipes: { stdout, stderr } }).finally(() => {
      for (const pipe of pipes) pipe.closeWriteEnd();
    });
    const life = new ServerLife(options, child);
    try {
      await guard.watch(child.pid, owner);
    } catch (error) {
      // It waits behind its gate, and nobody would ever open it.
      await killGroup(child.pid);
      throw error;
    }
    child.go();
    return life;
  }

  /**
   * Looks until the server is ready.
   *
   * @throws ServerFault when it ends before, or the time is over
   */
  async untilReady(isReady: () => Promise<boolean>, withinMs: number): Promise<void> {
    const { name, log, logFile } = this.#options;
    const untilMs = performance.now() + withinMs;
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, LAST_LOOK_MS)) {
      const isThere = await isReady();
      if (this.#end !== null) {
        const how = endInWords(this.#end);
        const lines = log.lastLines().join('\n');
        throw new ServerFault(
          503,
          `the server of ${name} ${how} before it was ready`,
          `${lines === '' ? 'it wrote nothing' : `it wrote: ${lines}`}; its log is ${logFile}`,
          undefined,
          { told: awayWords(name) },
        );
      }
      if (isThere) return;
      if (performance.now() >= untilMs) {
        throw new ServerFault(
          503,
          `the server of ${name} was not ready within ${withinMs} ms`,
          `its log is ${logFile}; server.startTimeout of its register step gives it longer`,
          undefined,
          { told: awayWords(name) },
        );
      }
      await sleep(pauseMs);
    }
  }

  memoryBytes(): Promise<number> {
    return groupMemoryBytes(this.#child.pid);
  }

  /** SIGTERM to the group, then SIGKILL. */
  async stop(): Promise<void> {
    if (this.#end === null) await endGroup(this.#child.pid, END_WITHIN_MS, this.#child.exited);
    await this.ended;
  }
}

export function endInWords({ code, signal }: ProcessEnd): string {
  return code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
}
