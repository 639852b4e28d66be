export { createLocalArtifactStore } from './local-store.js';
export type { ArtifactStore } from './port.js';
