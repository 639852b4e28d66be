import type { DockerContainer } from '../../contracts/index.js';
import { findCommandLine } from './command-line.js';
import { fetchImage, imageDigest } from './images.js';

/** The images of this machine, as far as its container command line tells of them. */
export interface Images {
  /** What an image is here; `null` where it is not here, or nothing tells. */
  digest(image: string): Promise<string | null>;
  /**
   * The same, once it is fetched as the step asks for; `null` where nothing here runs containers.
   *
   * @throws MillraceError when it cannot be had
   */
  fetch(container: DockerContainer, signal: AbortSignal): Promise<string | null>;
}

/** The steps of a plan often share an image: it is asked for once in so long. */
const KNOWN_FOR_MS = 1_000;

/** @param note - told what takes long */
export function imagesHere(environment: NodeJS.ProcessEnv, note: (text: string) => void): Images {
  const known = new Map<
    string,
    { readonly untilMs: number; readonly digest: Promise<string | null> }
  >();
  // Found when first asked for: most plans have no container.
  let found: ReturnType<typeof findCommandLine> | undefined;
  const command = () => {
    found ??= findCommandLine(environment);
    return found;
  };

  function digest(image: string): Promise<string | null> {
    const line = command();
    if (line === null) return Promise.resolve(null);
    const now = performance.now();
    const before = known.get(image);
    if (before !== undefined && now < before.untilMs) return before.digest;
    // Of a command line that cannot be run nothing is known either.
    const asked = imageDigest(line, image).catch(() => null);
    known.set(image, { untilMs: now + KNOWN_FOR_MS, digest: asked });
    return asked;
  }

  return {
    digest,
    async fetch(container, signal) {
      const line = command();
      if (line === null) return null;
      await fetchImage(line, container, { signal, note });
      return imageDigest(line, container.image);
    },
  };
}
