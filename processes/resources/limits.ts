import type { ResourceSpec } from '../../contracts/index.js';

/** What numerical libraries read to know how many threads they may start. */
const THREAD_VARIABLES = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
  'LOKY_MAX_CPU_COUNT',
  'RAYON_NUM_THREADS',
];

/**
 * Variables that keep a step to its share. A step's own `env` stands before them.
 *
 * @param gpus - devices that it was given; without `gpu` it keeps what the worker sees
 */
export function resourceEnvironment(
  { cpu, gpu }: ResourceSpec,
  gpus: readonly string[],
): { readonly [name: string]: string } {
  const threads = cpu === undefined ? [] : THREAD_VARIABLES.map((name) => [name, threadsOf(cpu)]);
  return {
    ...Object.fromEntries(threads),
    ...(gpu !== undefined && { CUDA_VISIBLE_DEVICES: gpus.join(',') }),
  };
}

function threadsOf(cpu: number): string {
  return String(Math.max(1, Math.ceil(cpu)));
}

/** The shell bounds itself and then becomes the command: the limit holds for all that it starts. */
const BOUNDED = 'ulimit -v "$1" || exit 69; shift; exec "$@"';

/** The argument list that runs a command within a bound of address space. */
export function boundedArguments(
  argv: readonly string[],
  { memoryBytes }: ResourceSpec,
): readonly string[] {
  if (memoryBytes === undefined) return argv;
  const kibibytes = String(Math.max(1, Math.floor(memoryBytes / 1_024)));
  return ['/bin/sh', '-c', BOUNDED, 'millrace-bound', kibibytes, ...argv];
}
