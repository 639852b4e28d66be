export { deploymentOptions } from './deployment-name.js';
export { keepRunsGoing } from './keep-runs-going.js';
export { livingPollers } from './living-builds.js';
export { readBuild, type WorkflowBuild } from './read-build.js';
export { strandedRuns } from './stranded-runs.js';
