import {
  CancellationScope,
  type ChildWorkflowHandle,
  patched,
  type Workflow,
  type WorkflowResultType,
} from '@temporalio/workflow';
import type { RunCancelRequest } from '../contracts/index.js';
import { cancelRunSignal } from './messages.js';

/** Children hear who cancels them; those of runs that began before did not. */
const CHILDREN_HEAR = 'children-hear-who-cancels';

/**
 * The result of a child workflow. Where it is cancelled it is told by whom first: Temporal's own
 * cancellation, which follows at once, does not say.
 *
 * @param said - asked when the cancellation comes
 */
export async function cancelledWith<W extends Workflow>(
  said: () => RunCancelRequest,
  start: () => Promise<ChildWorkflowHandle<W>>,
): Promise<WorkflowResultType<W>> {
  const outer = CancellationScope.current();
  if (outer.consideredCancelled || !patched(CHILDREN_HEAR)) return (await start()).result();
  return CancellationScope.nonCancellable(async () => {
    const inner = new CancellationScope();
    const started = inner.run(start);
    let isOver = false;
    outer.cancelRequested.catch(async () => {
      if (isOver) return;
      // One that does not begin, or has ended meanwhile, needs no word.
      await started.then((handle) => handle.signal(cancelRunSignal, said())).catch(() => undefined);
      inner.cancel();
    });
    try {
      return await (await started).result();
    } finally {
      isOver = true;
    }
  });
}
