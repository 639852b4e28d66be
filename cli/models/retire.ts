import type { Client } from '@temporalio/client';
import {
  MillraceError,
  type RetireRequest,
  type RetireResult,
  retireWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { requestTime } from '../../models/registry/request-time.js';
import { understood } from '../by-hand.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT, UsageError } from '../errors.js';
import { currentActor } from '../options.js';
import { openCliHome } from '../rooms.js';
import { withTemporal } from '../temporal.js';
import { withKnownModel } from './subject.js';

const ANSWER_WITHIN_MS = 90_000;

interface RetireOptions {
  readonly reason: string;
  readonly yes?: boolean;
  readonly undo?: boolean;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name>', 'name of the model')
    .requiredOption('--reason <text>', 'why; the ledger keeps it')
    .option('--yes', 'stop schedule, monitor and traffic; without it, say what would be stopped')
    .option('--undo', 'take a retired model back into use; no version serves until one is promoted')
    .action((name: string, options: RetireOptions) => retire(cli, name, options));
};

async function retire(cli: Cli, model: string, options: RetireOptions): Promise<void> {
  const { champion, asOf, gateways } = await withKnownModel(cli, model, async (registry) => {
    const alias = await registry.champion(model);
    const leases = await registry.leases();
    return {
      champion: alias?.version ?? null,
      asOf: await requestTime(registry, model, alias),
      gateways: leases.filter(({ servedVersions }) => servedVersions[model] !== undefined).length,
    };
  });
  if (options.undo !== true && options.yes !== true) {
    const traffic =
      champion === null
        ? 'no version of it is in production'
        : `version ${champion} is in production (at ${gateways} ${gateways === 1 ? 'gateway' : 'gateways'})`;
    throw new UsageError(
      `retiring ${model} stops its schedules, its monitor and its traffic: ${traffic}`,
      'say --yes; its versions, ledger and files stay, and --undo brings it back',
    );
  }
  const { randomUUID } = await import('node:crypto');
  const request: RetireRequest = {
    kind: options.undo === true ? 'return' : 'retire',
    requestId: randomUUID(),
    model,
    actor: currentActor(),
    reason: options.reason,
    asOf,
  };
  const result = await withTemporal(cli, await openCliHome(cli), ({ client }) =>
    carryOut(client, request),
  );
  if (result.stillServedBy.length > 0) cli.exitCode = EXIT.failed;
  cli.out.result(result, () => words(result).join('\n'));
}

async function carryOut(client: Client, request: RetireRequest): Promise<RetireResult> {
  const { isGrpcDeadlineError, WorkflowFailedError } = await import('@temporalio/client');
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      client.workflow.execute(WORKFLOW.retireModel, {
        workflowId: retireWorkflowId(request.model),
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue: TASK_QUEUE.control,
        args: [request],
      }),
    );
  } catch (error) {
    if (error instanceof WorkflowFailedError) throw await understood(error);
    if (!isGrpcDeadlineError(error)) throw error;
    throw new MillraceError(
      'ServiceUnavailable',
      `it is asked for, and not done within ${ANSWER_WITHIN_MS / 1_000} s`,
      `it goes on as soon as a worker runs (millrace up): millrace models show ${request.model} tells its steps`,
      { cause: error },
    );
  }
}

function words({ retirement, stillServedBy, steps }: RetireResult): string[] {
  const { model, status, version } = retirement;
  if (status === 'returned') {
    const again = version === null ? '' : ` (it was version ${version})`;
    return [`${model} is in use again; millrace promote makes a version its champion${again}`];
  }
  return [
    `${model} is retired`,
    ...steps.filter(({ action }) => action === 'retire-step').map(({ reason }) => `  ${reason}`),
    ...stillServedBy.map((address) => `  ${address} still answers for it`),
  ];
}
