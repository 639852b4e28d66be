export { type Collection, collect } from './collect.js';
export type { CollectorPlaces, NeededFiles } from './ports.js';
