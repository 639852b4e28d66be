export type { MirrorBook, MirroredItem, MirrorMark } from './mirror-book.js';
export {
  type OpenLeaseWriter,
  openLeaseWriter,
  openRegistryReader,
  openRegistryWriter,
} from './open.js';
export { REGISTRY_URL, registryPlace, registryUrl, shownPlace } from './place.js';
export * from './ports.js';
