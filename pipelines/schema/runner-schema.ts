import * as z from 'zod';
import {
  type DockerOptions,
  type KubernetesOptions,
  PULL_POLICIES,
  type RunnerSpec,
  type Template,
} from '../../contracts/index.js';
import { suggestion } from '../nearest.js';
import { closed, HINT_MARK } from './closed.js';
import { bytes, describe, readBytes, text } from './scalars.js';

const HANDED_OVER = 'what the step is given by with: is mounted, and the directory of the pipeline';
const WHAT_IS_RUN = 'run: of the step is what is run';
const STEP_KEY = 'it stands beside runner:, not in it';

const userProblem = ({ input }: { readonly input?: unknown }) =>
  `expected the numbers of a user and a group, found ${describe(input)}${HINT_MARK}user: "1000:1000"`;

/** Numbers, since a name may be another user in another image. */
const user = z
  .union([z.number().int().min(0), z.string().regex(/^\d+(:\d+)?$/, { error: userProblem })], {
    error: userProblem,
  })
  .optional()
  .describe('User and group of the process, as numbers. Default: those of the worker.');

const common = {
  image: text('an image')
    .min(1, { error: `the image is empty${HINT_MARK}image: python:3.12-slim` })
    .describe('Image of the container; may hold expressions.'),
  pull: z
    .enum(PULL_POLICIES, {
      error: ({ input }) => {
        const near = typeof input === 'string' ? suggestion(input, PULL_POLICIES) : undefined;
        return `unknown pull policy ${describe(input)}${HINT_MARK}${near ?? `one of ${PULL_POLICIES.join(', ')}`}`;
      },
    })
    .optional()
    .describe('When the image is fetched. Default missing.'),
  user,
  sharedMemory: bytes.optional().describe('Size of /dev/shm.'),
  fd3: z
    .boolean()
    .optional()
    .describe('false: the image has no /bin/sh; progress goes to the file MILLRACE_PROGRESS.'),
};

const dockerSchema = closed(
  {
    ...common,
    network: text('a network')
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/, {
        error: `not the name of a network${HINT_MARK}none, host, bridge, or one that exists`,
      })
      .optional()
      .describe("Network of the container. Default: the command line's own."),
    init: z
      .boolean()
      .optional()
      .describe('false: no process that forwards signals and reaps. Default true.'),
  },
  {
    volumes: HANDED_OVER,
    mounts: HANDED_OVER,
    ports: 'nobody calls a step',
    entrypoint: WHAT_IS_RUN,
    command: WHAT_IS_RUN,
    env: STEP_KEY,
    resources: STEP_KEY,
    gpus: 'write resources: {gpu: 1} beside runner:',
    cpus: 'write resources: {cpu: 2} beside runner:',
    memory: 'write resources: {memory: 4GiB} beside runner:',
  },
);

const object = (what: string) =>
  text(what)
    .max(253)
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, {
      error: `not the name of ${what}${HINT_MARK}lower-case letters, digits, hyphens and dots`,
    });

const kubernetesSchema = closed(
  {
    ...common,
    volumeClaim: object('a volume claim').describe(
      'Claim of the volume that holds the state directory.',
    ),
    mountPath: text('a path')
      .regex(/^\/(?!$)(?!.*(^|\/)\.\.?(\/|$))[^\0,:]*[^\0,:/]$/, {
        error: `not an absolute path${HINT_MARK}the directory at which worker and pod have the volume: /mnt/millrace`,
      })
      .describe('Where the volume is mounted, on the worker and in the pod alike.'),
    namespace: object('a namespace')
      .optional()
      .describe("Namespace of the Job. Default: the context's, or default."),
    context: text('a context').optional().describe('Context of the kubeconfig.'),
    serviceAccount: object('a service account').optional().describe('Who the pod is.'),
    nodeSelector: z
      .record(z.string(), text('text'), {
        error: ({ input }) => `expected a mapping of labels, found ${describe(input)}`,
      })
      .optional()
      .describe('Labels that the node must have.'),
    pullSecrets: z
      .array(object('a secret'))
      .max(16)
      .optional()
      .describe('Secrets with which the image is fetched.'),
  },
  {
    volumes: HANDED_OVER,
    claim: 'volumeClaim names it',
    command: WHAT_IS_RUN,
    env: STEP_KEY,
    resources: STEP_KEY,
    affinity: 'nodeSelector chooses nodes by their labels',
    imagePullPolicy: 'write pull: missing, always or never',
    imagePullSecrets: 'pullSecrets names them',
    serviceAccountName: 'serviceAccount names it',
    backoffLimit: 'attempts are counted by retry: of the step',
  },
);

export const runnerSchema = closed({
  docker: dockerSchema
    .optional()
    .describe("A container on the worker's machine, by docker, podman or nerdctl."),
  kubernetes: kubernetesSchema.optional().describe('A Kubernetes Job.'),
}).describe('Only with run: the container that its process runs in.');

export type RunnerSource = z.infer<typeof runnerSchema>;

/** @param image - with its expressions still open */
export function buildRunner(source: RunnerSource, image: Template): RunnerSpec | null {
  const { docker, kubernetes } = source;
  if (docker !== undefined) {
    const { network, init } = docker;
    return {
      kind: 'docker',
      image,
      ...commonOf(docker),
      ...(network !== undefined && { network }),
      ...(init === false && { init: false as const }),
    };
  }
  if (kubernetes === undefined) return null;
  const { volumeClaim, mountPath, nodeSelector, pullSecrets } = kubernetes;
  const { namespace, context, serviceAccount } = kubernetes;
  return {
    kind: 'kubernetes',
    image,
    ...commonOf(kubernetes),
    volumeClaim,
    mountPath,
    ...(namespace !== undefined && { namespace }),
    ...(context !== undefined && { context }),
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(nodeSelector !== undefined && { nodeSelector }),
    ...(pullSecrets !== undefined && { pullSecrets }),
  };
}

type Common = Pick<
  DockerOptions | KubernetesOptions,
  'pull' | 'user' | 'sharedMemoryBytes' | 'fd3'
>;

function commonOf({
  pull,
  user: asked,
  sharedMemory,
  fd3,
}: NonNullable<RunnerSource['docker' | 'kubernetes']>): Common {
  return {
    ...(pull !== undefined && { pull }),
    ...(asked !== undefined && { user: String(asked) }),
    ...(sharedMemory !== undefined && { sharedMemoryBytes: readBytes(sharedMemory) }),
    ...(fd3 === false && { fd3: false as const }),
  };
}
