export { deploymentOptions } from './deployment-name.js';
export { keepRunsGoing } from './keep-runs-going.js';
export { readBuild, type WorkflowBuild } from './read-build.js';
export { strandedRuns } from './stranded-runs.js';
