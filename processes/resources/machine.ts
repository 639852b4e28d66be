import { readdirSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { MillraceError, type ResourceSpec } from '../../contracts/index.js';

/** What a worker's machine has to give. */
export interface Machine {
  readonly processors: number;
  readonly memoryBytes: number;
  /** As `CUDA_VISIBLE_DEVICES` names them. */
  readonly gpus: readonly string[];
}

/**
 * @param env - `CUDA_VISIBLE_DEVICES` of the worker itself bounds what it gives on; without it the
 * devices are those of `/dev`
 */
export function readMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  const visible = env['CUDA_VISIBLE_DEVICES'];
  return {
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    gpus:
      visible === undefined
        ? devices()
        : visible
            .split(',')
            .map((name) => name.trim())
            .filter((name) => name !== '' && name !== '-1'),
  };
}

function devices(): readonly string[] {
  try {
    const numbers = readdirSync('/dev').flatMap((name) => /^nvidia(\d+)$/.exec(name)?.[1] ?? []);
    return numbers.sort((a, b) => Number(a) - Number(b));
  } catch {
    return [];
  }
}

/**
 * Refuses what this machine cannot give however long one waits.
 *
 * @throws MillraceError `EnvironmentMissing` with what it has
 */
export function refuseBeyond(machine: Machine, asked: ResourceSpec, stepId: string): void {
  const { cpu = 0, memoryBytes = 0, gpu = 0 } = asked;
  const lacking =
    gpu > machine.gpus.length
      ? `${gpu} GPU, this worker has ${machine.gpus.length}`
      : Math.ceil(cpu) > machine.processors
        ? `${cpu} processors, this worker has ${machine.processors}`
        : memoryBytes > machine.memoryBytes
          ? `${gibibytes(memoryBytes)} of memory, this worker has ${gibibytes(machine.memoryBytes)}`
          : null;
  if (lacking === null) return;
  throw new MillraceError(
    'EnvironmentMissing',
    `step ${stepId} asks for ${lacking}`,
    'name the queue of a worker that has them: queue: gpu',
  );
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
