export type { MirrorBook, MirroredItem, MirrorMark } from './mirror-book.js';
export {
  type OpenLeaseWriter,
  openLeaseWriter,
  openRegistryReader,
  openRegistryWriter,
} from './open.js';
export { type Patience, patientRegistry } from './patient-registry.js';
export { REGISTRY_URL, registryPlace, registryUrl, shownPlace } from './place.js';
export * from './ports.js';
