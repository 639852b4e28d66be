export { type CaughtUp, catchUp } from './catch-up.js';
export { markingRegistry } from './marking-registry.js';
export type { CurvePoint, MirrorDeps } from './ports.js';
export { markWhatIsBehind } from './sweep.js';
export { type TrackingTarget, trackingTarget } from './target.js';
