import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import {
  isLeaseLive,
  MillraceError,
  type Retirement,
  type RetireRequest,
  type RetireResult,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';
import { retireLine } from './retire-line.js';

/** Gateways look for champions several times a second. */
const GATEWAYS_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 200;

/** Waits until no live gateway answers for the model, and writes down that it is retired. */
export function endRetirement(deps: ActivityDeps) {
  return async (request: RetireRequest): Promise<RetireResult> => {
    const { model } = request;
    const deadline = Date.now() + GATEWAYS_WITHIN_MS;
    let stillServedBy = await servedBy(deps, model);
    while (stillServedBy.length > 0 && Date.now() < deadline) {
      Context.current().heartbeat();
      await sleep(LOOK_EVERY_MS);
      stillServedBy = await servedBy(deps, model);
    }
    const words =
      stillServedBy.length === 0
        ? 'no gateway answers for it'
        : `still answered by ${stillServedBy.join(', ')}`;
    const line = retireLine(request, 'retire-step', {
      step: 'traffic',
      reason: `it is out of service, ${words}`,
      evidence: { stillServedBy: [...stillServedBy] },
    });
    const retirement = await put(deps, request, 'retired', line);
    return { retirement, stillServedBy, steps: await stepsOf(deps, request) };
  };
}

/** Writes down that it was given up, after what was stopped goes on. */
export function giveUpRetirement(deps: ActivityDeps) {
  return async ({ request, problem }: GivenUp): Promise<void> => {
    const line = retireLine(request, 'retire-ended', { step: 'given-up', reason: problem });
    await put(deps, request, 'returned', line);
  };
}

export interface GivenUp {
  readonly request: RetireRequest;
  readonly problem: string;
}

/**
 * Takes a retired model back into use: its versions may be deployed again. None serves until one is
 * promoted.
 *
 * @throws MillraceError `InvalidInput` for a model that is not retired
 */
export function endReturn(deps: ActivityDeps) {
  return async (request: RetireRequest): Promise<RetireResult> => {
    const line = retireLine(request, 'returned', { step: 'returned', reason: request.reason });
    const retirement = await put(deps, request, 'returned', line);
    return { retirement, stillServedBy: [], steps: await stepsOf(deps, request) };
  };
}

/** What a model that comes back was retired as. */
export function retirementOf(deps: Pick<ActivityDeps, 'registry'>) {
  return async ({ model, requestId }: RetireRequest): Promise<Retirement> => {
    const retirement = await deps.registry.life.retirement(model);
    const isBack =
      retirement?.status === 'returned' &&
      (await deps.registry.life.line(model, `return/${requestId}/returned`)) === null;
    if (retirement !== null && !isBack) return retirement;
    throw new MillraceError('InvalidInput', `${model} is not retired: there is nothing to undo`);
  };
}

async function put(
  { registry }: Pick<ActivityDeps, 'registry'>,
  { model }: RetireRequest,
  status: Retirement['status'],
  line: ReturnType<typeof retireLine>,
): Promise<Retirement> {
  const present = await registry.life.retirement(model);
  if (present === null) throw new MillraceError('Internal', `${model} was never retired`);
  const retirement = { ...present, status, at: line.at };
  await registry.life.putRetirement(retirement, line);
  return retirement;
}

async function stepsOf(
  { registry }: Pick<ActivityDeps, 'registry'>,
  { model, requestId }: RetireRequest,
): Promise<RetireResult['steps']> {
  const ledger = await registry.ledger(model);
  return ledger.filter(({ evidence }) => evidence['requestId'] === requestId);
}

async function servedBy(
  { registry }: Pick<ActivityDeps, 'registry'>,
  model: string,
): Promise<readonly string[]> {
  const live = (await registry.leases()).filter((lease) => isLeaseLive(lease, Date.now()));
  return live
    .filter(({ servedVersions }) => servedVersions[model] !== undefined)
    .map(({ address }) => address);
}
