import { join } from 'node:path';
import { packageRoot } from '../../../setup/places.mjs';

/** Where a peer's Python files are: they are not compiled. */
export function peerFile(peer: string, name: string): string {
  return join(packageRoot(), 'bench', 'gateway', 'peers', peer, name);
}
