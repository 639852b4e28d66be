import { registryPlace, registryUrl } from '../models/registry/place.js';
import type { RegistryReader } from '../models/registry/ports.js';
import type { HomeLayout } from '../storage/home/layout.js';
import type { Cli } from './command.js';

/**
 * The state directory, found upward from the working directory; `null` where there is none yet and
 * the registry is not elsewhere.
 */
export async function findCliHome(cli: Cli): Promise<HomeLayout | null> {
  const { findHome } = await import('../storage/home/find-home.js');
  const { layout, found } = await findHome(cli);
  return found || registryUrl(cli.env) !== null ? layout : null;
}

/** The state directory, created where there is none. */
export async function openCliHome(cli: Cli): Promise<HomeLayout> {
  const { findHome } = await import('../storage/home/find-home.js');
  const { layout, found } = await findHome(cli);
  if (found) return layout;
  const { createHome } = await import('../storage/home/create-home.js');
  return createHome(layout.root);
}

/**
 * Gives the registry's read port to `use` and closes it after. Where nothing was recorded yet the
 * registry reads as empty; where there is no state directory at all the result is `null`.
 *
 * @param env - says where the registry is; of an installation of its own another than this process's
 */
export async function withRegistry<T>(
  home: HomeLayout | null,
  use: (registry: RegistryReader, home: HomeLayout) => Promise<T>,
  env: Cli['env'] = process.env,
): Promise<T | null> {
  if (home === null) return null;
  const { openRegistryReader } = await import('../models/registry/index.js');
  const registry = await openRegistryReader(registryPlace(home, env));
  try {
    return await use(registry, home);
  } finally {
    await registry.close();
  }
}

/**
 * Asks whether the registry can be used, before a worker is asked for what it would wait with.
 *
 * @throws MillraceError `RegistryUnavailable` when it cannot
 */
export async function registryAnswers(home: HomeLayout): Promise<void> {
  await withRegistry(home, async () => undefined);
}

/** A server that is being restarted is back well within this time. */
const REGISTRY_MAY_BE_AWAY_MS = 120_000;
const TELL_EVERY_MS = 30_000;

/**
 * The same reader for who watches: while the registry is away it waits and says so, for what is
 * watched goes on once it is back.
 *
 * @param ended - ends the watching; what cannot be read then is an error
 */
export async function watchedRegistry(
  cli: Cli,
  registry: RegistryReader,
  ended: AbortSignal,
): Promise<RegistryReader> {
  const { patientRegistry } = await import('../models/registry/index.js');
  let toldMs = 0;
  return patientRegistry(registry, {
    signal: () => ended,
    longestMs: REGISTRY_MAY_BE_AWAY_MS,
    waits: ({ message }) => {
      if (Date.now() - toldMs < TELL_EVERY_MS) return;
      toldMs = Date.now();
      cli.out.noteProse(`${message}; waiting until it is back: what is watched goes on then`);
    },
  });
}
