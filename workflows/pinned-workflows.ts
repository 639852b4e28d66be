import { setWorkflowOptions } from '@temporalio/workflow';
import { BUILD_GLOBAL } from '../contracts/index.js';
import { runItems } from './run-items.js';
import { runPipeline } from './run-pipeline.js';
import { shareStep } from './share-step.js';
import { tuneParameters } from './tune-parameters.js';

/**
 * Where workers have builds, a run ends with the build that it began with: it is over in hours, and
 * what it has done need not fit newer code. All other workflows live on for months and take each new
 * build with their next task, so a change of theirs goes behind `patched`.
 */
const PINNED = { versioningBehavior: 'PINNED' } as const;

// A server refuses such a word from a worker that has no build.
if (BUILD_GLOBAL in globalThis) {
  setWorkflowOptions(PINNED, runPipeline);
  setWorkflowOptions(PINNED, runItems);
  setWorkflowOptions(PINNED, shareStep);
  setWorkflowOptions(PINNED, tuneParameters);
}
