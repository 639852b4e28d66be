import { cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { MillraceError } from '../../../contracts/index.js';
import { temporaryPathBeside } from '../../../storage/durable-file.js';
import type { Package } from '../export-package.js';
import { packageHash } from '../package-manifest.js';
import { writePackageDirectory } from '../write-package.js';
import { dockerfile, dockerignore, type ImageFacts } from './dockerfile.js';
import { kubernetesManifest } from './kubernetes.js';

/** Of the built program, what a gateway never runs. */
const LEFT_OUT = ['bin', 'bench', 'demo', 'test', 'workflows.bundle.js', '.build.json'];
const FOR_PROGRAMMERS = /\.(map|d\.ts|d\.mts)$/;

export interface ContextOptions {
  /** Directory to make. */
  readonly directory: string;
  /** Directory of the millrace that is installed here, with its `package.json` and `dist/`. */
  readonly program: string;
  readonly productVersion: string;
}

/**
 * Writes all that an image of a package is built from: a Dockerfile, the package, the gateway as it
 * is installed here, and a manifest for Kubernetes. Nothing but npm's packages is fetched to build it.
 *
 * @throws MillraceError `InvalidInput` when something is in the way
 */
export async function writeImageContext(
  made: Package,
  { directory, program, productVersion }: ContextOptions,
): Promise<ImageFacts> {
  const found = await stat(directory).catch(() => null);
  if (found !== null && !(found.isDirectory() && (await readdir(directory)).length === 0)) {
    throw new MillraceError(
      'InvalidInput',
      `${directory} is there already`,
      'name a directory that is not there or is empty',
    );
  }
  const { model, version } = made.manifest;
  const facts = { model, version, packageHash: packageHash(made.manifest), productVersion };
  await mkdir(dirname(directory), { recursive: true });
  const temporary = temporaryPathBeside(directory);
  try {
    await mkdir(temporary);
    await writeFile(join(temporary, 'Dockerfile'), dockerfile(facts));
    await writeFile(join(temporary, '.dockerignore'), dockerignore());
    await writeFile(join(temporary, 'kubernetes.yaml'), kubernetesManifest(facts));
    await writePackageDirectory(join(temporary, 'package'), made);
    await copyProgram(program, join(temporary, 'millrace'));
    await rename(temporary, directory);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return facts;
}

async function copyProgram(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of ['package.json', 'package-lock.json']) {
    // An installed package has no lock: its manifest pins each version.
    if ((await stat(join(from, name)).catch(() => null)) === null) continue;
    await cp(join(from, name), join(to, name));
  }
  const dist = join(from, 'dist');
  await cp(dist, join(to, 'dist'), {
    recursive: true,
    filter: (path) => {
      const [top = ''] = relative(dist, path).split(sep);
      return !LEFT_OUT.includes(top) && !FOR_PROGRAMMERS.test(path);
    },
  });
}
