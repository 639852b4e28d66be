import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import type { FailureType } from '../contracts/index.js';

/**
 * Does work that is a workflow of its own for at most so long. Then it is cancelled and waited for: cut
 * off by the server, what it had begun would run on, and nobody would record it.
 *
 * @param mostMs - absent: nothing bounds it
 * @throws ApplicationFailure `StepProcessFailed` when its time was over
 */
export async function withinTotal<T extends { readonly status: string }>(
  mostMs: number | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (mostMs === undefined) return work();
  const scope = new CancellationScope({ cancellable: true, timeout: mostMs });
  const isLate = () =>
    scope.consideredCancelled && !CancellationScope.current().consideredCancelled;
  try {
    const result = await scope.run(work);
    if (!isLate() || result.status !== 'cancelled') return result;
  } catch (error) {
    if (!isLate()) throw error;
  }
  const type: FailureType = 'StepProcessFailed';
  const message =
    'it took longer than its timeout in all and was ended; `timeout.total` gives it more';
  throw ApplicationFailure.create({ type, message, nonRetryable: true });
}
