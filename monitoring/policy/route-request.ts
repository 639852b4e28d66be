import type { GatedRequest } from '../../contracts/index.js';
import { onChangeRequested } from './reduce-change.js';
import { onLabelsRequested, onRepairRequested } from './reduce-repair.js';
import { onRetrainRequested } from './reduce-retrain.js';
import type { ModelState } from './state.js';
import type { Step } from './step.js';

/** Decides on a request: one that has just come, or one that waited and may go on. */
export function route(state: ModelState, request: GatedRequest, nowMs: number): Step {
  switch (request.kind) {
    case 'deploy':
    case 'promote':
    case 'rollback':
      return onChangeRequested(state, request, nowMs);
    case 'retrain':
      return onRetrainRequested(state, request, nowMs);
    case 'repair':
      return onRepairRequested(state, request, nowMs);
    case 'askForLabels':
      return onLabelsRequested(state, request, nowMs);
  }
}
