import type { DockerContainer, ResourceSpec } from '../../contracts/index.js';
import type { ContainedStep } from '../contained/contained-step.js';
import type { Mount } from '../contained/mounts.js';
import type { Engine } from './engine.js';

/** Variables that the command line itself reads: given to it by name, they would change what it does. */
const READ_BY_THE_COMMAND =
  /^(PATH|HOME|USER|TMPDIR|SHELL|LANG|LC_.*|LD_.*|GODEBUG|SSL_.*|(DOCKER|CONTAINER|CONTAINERS|CONTAINERD|BUILDKIT|NERDCTL|REGISTRY|XDG|DBUS)_.*|CONTAINERS_CONF|.*_proxy|.*_PROXY)$/;

export interface CreateRequest {
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
  readonly container: DockerContainer;
  readonly contained: Pick<ContainedStep, 'argv' | 'env' | 'mounts'>;
  readonly workingDirectory: string;
  readonly resources: ResourceSpec;
  /** Of this machine, as they are named to the step. */
  readonly gpus: readonly string[];
  readonly engine: Engine;
}

/**
 * The words that make a container, and variables for the environment of the command line itself. A
 * variable of the step travels there and is named by its name alone, so that no list of processes
 * shows its value.
 */
export function createArguments(request: CreateRequest): {
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
} {
  const { name, labels, container, contained, workingDirectory, resources, engine } = request;
  const user = container.user ?? engine.user;
  const [entrypoint, ...rest] = contained.argv;
  const variables = Object.entries(contained.env);
  const carried = variables.filter(([variable]) => !READ_BY_THE_COMMAND.test(variable));
  const written = variables.filter(([variable]) => READ_BY_THE_COMMAND.test(variable));
  const args = [
    'create',
    ...['--name', name],
    ...Object.entries(labels).flatMap(([label, value]) => ['--label', `${label}=${value}`]),
    // It was fetched by the step's own policy, and said so.
    ...['--pull', 'never'],
    // What it prints is followed as it comes; a second copy would grow without bound.
    ...['--log-driver', 'none'],
    ...(container.init === false ? [] : ['--init']),
    ...engine.options,
    ...(user === null ? [] : ['--user', user]),
    ...(container.network === undefined ? [] : ['--network', container.network]),
    ...resourceArguments(resources, request.gpus),
    ...(container.sharedMemoryBytes === undefined
      ? []
      : ['--shm-size', String(container.sharedMemoryBytes)]),
    ...['--workdir', workingDirectory],
    ...contained.mounts.flatMap((mount) => ['--mount', mountOption(mount)]),
    ...carried.flatMap(([variable]) => ['--env', variable]),
    ...written.flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
    ...['--entrypoint', entrypoint],
    container.image,
    ...rest,
  ];
  return { args, env: Object.fromEntries(carried) };
}

function resourceArguments(
  { cpu, memoryBytes }: ResourceSpec,
  gpus: readonly string[],
): readonly string[] {
  const memory = String(memoryBytes);
  return [
    ...(cpu === undefined ? [] : ['--cpus', String(cpu)]),
    // Equal, so that it is not given as much again of swap.
    ...(memoryBytes === undefined ? [] : ['--memory', memory, '--memory-swap', memory]),
    ...(gpus.length === 0 ? [] : ['--gpus', `"device=${gpus.join(',')}"`]),
  ];
}

/** One line of CSV: a path may hold a comma. */
function mountOption({ path, source, access }: Mount): string {
  const fields = [
    'type=bind',
    `source=${source}`,
    `target=${path}`,
    ...(access === 'read' ? ['readonly'] : []),
  ];
  return fields
    .map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
