import * as z from 'zod';
import {
  type DockerContainer,
  IMAGE_PATTERN,
  isPinnedImage,
  MillraceError,
} from '../../contracts/index.js';
import type { CommandLine } from './command-line.js';
import { lastLine } from './engine.js';
import { inspected } from './inspected.js';

type ImageChoice = Pick<DockerContainer, 'image' | 'pull'>;

/**
 * What an image is here: the digest by which its registry names it, or the engine's own of one that
 * was built here.
 *
 * @returns `null` where the image is not there
 */
export async function imageDigest(command: CommandLine, image: string): Promise<string | null> {
  refuseOption(image);
  const { code, stdout } = await command.run(['image', 'inspect', image]);
  const found = code === 0 ? inspected(imageSchema, stdout) : null;
  if (found === null) return null;
  const names = found.RepoDigests ?? [];
  const digests = names.flatMap((name) => /@(sha256:[0-9a-f]{64})$/.exec(name)?.[1] ?? []);
  // Without the prefix where Podman tells it.
  return digests.sort()[0] ?? found.Id.replace(/^(?!sha256:)/, 'sha256:');
}

const imageSchema = z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() });

/**
 * Fetches an image where the step's policy asks for it.
 *
 * @throws MillraceError `InvalidInput` when there is no such image or it may not be had,
 * `EnvironmentMissing` when it is not here and is not to be fetched, else `ServiceUnavailable`
 */
export async function fetchImage(
  command: CommandLine,
  { image, pull = 'missing' }: ImageChoice,
  options: { readonly signal: AbortSignal; readonly note: (text: string) => void },
): Promise<void> {
  // A digest names one content for ever: there is nothing newer to fetch.
  const mayBeKept = pull !== 'always' || isPinnedImage(image);
  refuseOption(image);
  if (mayBeKept && (await imageDigest(command, image)) !== null) return;
  if (pull === 'never') {
    throw new MillraceError(
      'EnvironmentMissing',
      `the image ${image} is not on this worker, and pull: never leaves it to others to fetch it`,
      'fetch it there, or say pull: missing',
    );
  }
  options.note(`fetching the image ${image}`);
  const { code, stderr } = await command.run(['pull', '--quiet', image], {
    signal: options.signal,
    timeoutMs: 0,
  });
  if (code === 0) return;
  const isRefused =
    /not found|manifest unknown|denied|unauthorized|invalid reference|no such image/i;
  throw new MillraceError(
    isRefused.test(stderr) ? 'InvalidInput' : 'ServiceUnavailable',
    `the image ${image} cannot be fetched: ${lastLine(stderr)}`,
    `try: ${command.program} pull ${image}; a private registry needs ${command.program} login as the worker's user`,
  );
}

/** An expression may have made of it what the file could not be checked for. */
function refuseOption(image: string): void {
  if (IMAGE_PATTERN.test(image)) return;
  throw new MillraceError(
    'InvalidInput',
    `${JSON.stringify(image.slice(0, 200))} is not an image`,
    'name:tag, or name@sha256:…, with its registry before it: python:3.12-slim',
  );
}
