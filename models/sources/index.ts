export { type ModelDeps, type OpenOptions, openModel } from './open-model.js';
export type { ModelServers, RunningServer } from './ports.js';
export { ServerFault } from './server-fault.js';
export { createModelServers } from './supervised/model-servers.js';
