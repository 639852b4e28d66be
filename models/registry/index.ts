export {
  type OpenLeaseWriter,
  openLeaseWriter,
  openRegistryReader,
  openRegistryWriter,
} from './open.js';
export * from './ports.js';
