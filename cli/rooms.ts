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
 */
export async function withRegistry<T>(
  home: HomeLayout | null,
  use: (registry: RegistryReader, home: HomeLayout) => Promise<T>,
): Promise<T | null> {
  if (home === null) return null;
  const { openRegistryReader } = await import('../models/registry/index.js');
  const registry = await openRegistryReader(registryPlace(home));
  try {
    return await use(registry, home);
  } finally {
    await registry.close();
  }
}
