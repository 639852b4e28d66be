/** What the workflow bundle exports: the function name is the workflow's wire type. */
import './pinned-workflows.js';

export { byHand } from './by-hand.js';
export { collectGarbage } from './collect-garbage.js';
export { deliverAlert } from './deliver-alert.js';
export { guardMonitors } from './guard-monitors.js';
export { holdGroup } from './hold-group.js';
export { manageModel } from './manage-model.js';
export { mirrorTracking } from './mirror-tracking.js';
export { requestRetrain } from './request-retrain.js';
export { retireModel } from './retire-model.js';
export { runItems } from './run-items.js';
export { runPipeline } from './run-pipeline.js';
export { shareStep } from './share-step.js';
export { tuneParameters } from './tune-parameters.js';
export { watchModel } from './watch-model.js';
