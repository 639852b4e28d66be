import { uuidv7 } from 'uuidv7';
import {
  type DeployRequest,
  MESSAGE,
  MillraceError,
  rolloutMisfit,
} from '../../contracts/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { awaitChange, nothingToDo, tellChange } from '../models/change-command.js';
import { serverStartsMs } from '../models/request-change.js';
import { currentActor, readEventTime, readVersionName } from '../options.js';
import { type KnownModel, sendAndWait, tellLines, withModel } from '../policy/model-policy.js';
import { didPass } from '../rollout/document.js';
import { addRolloutOptions, type RolloutOptions, rolloutOf } from '../rollout/rollout-options.js';
import { rolloutLines } from '../rollout/view.js';
import { watchRollout } from '../rollout/watch.js';

interface DeployOptions extends RolloutOptions {
  readonly reason: string;
  readonly asOf?: string;
  readonly detach?: boolean;
}

export const define: DefineCommand = (command, cli) => {
  addRolloutOptions(
    command
      .argument('<name@version>', 'version to deploy, such as bike-demand@3')
      .requiredOption('--reason <text>', 'why; the ledger keeps it'),
  )
    .option(
      '--as-of <time>',
      'event time of the change (default: now, or where a monitor of replayed history stands)',
      readEventTime,
    )
    .option('--detach', 'return as soon as it has begun')
    .action((name: string, options: DeployOptions) => deploy(cli, name, options));
};

async function deploy(cli: Cli, name: string, options: DeployOptions): Promise<void> {
  const rollout = rolloutOf(options);
  const { model, version } = readVersionName(name);
  await withModel(cli, model, async (known) => {
    const { registry, now } = known;
    const record = await registry.version(model, version);
    if (record === null) {
      throw new MillraceError(
        'NotFound',
        `${model} has no version ${version}`,
        `millrace models show ${model} lists its versions`,
      );
    }
    const misfit = rolloutMisfit(rollout, record.content.signature);
    if (misfit !== null)
      throw new MillraceError('InvalidInput', misfit.message, 'see docs/rollout.md');
    const champion = await registry.champion(model);
    if (champion?.version === version) {
      const detail = `version ${version} is champion already`;
      return tellChange(cli, model, await nothingToDo(registry, model, detail, champion));
    }
    const risk = record.monitor?.risk;
    const request: DeployRequest = {
      kind: 'promote',
      requestId: uuidv7(),
      version,
      comparedWith: null,
      answerTo: null,
      asOf: options.asOf ?? now,
      actor: currentActor(),
      reason: options.reason,
      evidence: {},
      rollout,
      ...(risk !== undefined && { risk }),
    };
    await carryOut(cli, known, model, request, options.detach === true);
  });
}

async function carryOut(
  cli: Cli,
  { registry }: KnownModel,
  model: string,
  request: DeployRequest,
  detach: boolean,
): Promise<void> {
  const { requestId } = request;
  const line = await sendAndWait(cli, model, registry, {
    update: MESSAGE.promote,
    message: request,
    updateId: requestId,
    answers: ({ evidence }) => evidence['requestId'] === requestId,
    longerMs: await serverStartsMs(registry, model, request.version),
  });
  if (line.action === 'promoted' && !detach) {
    return tellChange(cli, model, await awaitChange(cli, registry, model, request));
  }
  // Refused, or waiting for a person: there is nothing to watch.
  if (line.action !== 'rollout-started') return tellLines(cli, model, [line]);
  if (detach) {
    return cli.out.result({ model, rolloutId: requestId, status: 'running' }, () =>
      cli.out.style.yellow(
        `${model}: the rollout of version ${request.version} has begun; millrace rollout status ${model} tells how it stands`,
      ),
    );
  }
  const ended = await watchRollout(cli, registry, model, requestId);
  if (ended === null) return tellLines(cli, model, [line]);
  if (!didPass(ended) && cli.exitCode === EXIT.done) cli.exitCode = EXIT.failed;
  cli.out.result(ended, () => rolloutLines(ended, cli.out.columns, cli.out.style).join('\n'));
}
