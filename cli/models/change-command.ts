import { uuidv7 } from 'uuidv7';
import type { AliasRecord, DeployRequest, RollbackRequest } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { requestTime } from '../../models/registry/request-time.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli } from '../command.js';
import { EXIT } from '../errors.js';
import { currentActor } from '../options.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { withTemporal } from '../temporal.js';
import { noSuchModel } from './document.js';
import { accepted, type ChangeResult, sendChange, watchChange } from './request-change.js';
import { ledgerSentence } from './sentences.js';

/** What every request by hand is made of but what it asks for. */
export interface RequestBase {
  readonly requestId: string;
  readonly asOf: string;
  readonly actor: string;
  readonly reason: string;
  readonly evidence: Record<string, never>;
}

export interface ChangeOptions {
  readonly reason: string;
  readonly detach?: boolean;
  readonly asOf?: string;
}

/**
 * What `promote` and `rollback` have in common: check against the registry, send, watch, tell.
 *
 * @param ask - checks what is asked for and makes the request; a text says that nothing is to do
 */
export async function changeChampion(
  cli: Cli,
  model: string,
  options: ChangeOptions,
  ask: (
    registry: RegistryReader,
    champion: AliasRecord | null,
    base: RequestBase,
  ) => Promise<DeployRequest | RollbackRequest | string>,
): Promise<void> {
  const done = await withRegistry(await findCliHome(cli), async (registry, home) => {
    const known = await registry.models();
    if (!known.includes(model)) throw noSuchModel(model, known);
    const champion = await registry.champion(model);
    const request = await ask(registry, champion, {
      requestId: uuidv7(),
      asOf: options.asOf ?? (await requestTime(registry, model, champion)),
      actor: currentActor(),
      reason: options.reason,
      evidence: {},
    });
    const result =
      typeof request === 'string'
        ? nothingToDo(request, champion)
        : await carryOut(cli, registry, home, model, request, options.detach === true);
    tell(cli, model, result);
    return true;
  });
  if (done === null) throw noSuchModel(model, []);
}

async function carryOut(
  cli: Cli,
  registry: RegistryReader,
  home: HomeLayout,
  model: string,
  request: DeployRequest | RollbackRequest,
  detach: boolean,
): Promise<ChangeResult> {
  return withTemporal(cli, home, async ({ client }) => {
    const { changeId } = await sendChange(client, model, request);
    if (detach) return accepted(changeId, await registry.champion(model));
    const interrupted = cli.catchInterrupts();
    const result = await watchChange(registry, model, changeId, interrupted);
    if (interrupted.aborted && result.outcome === 'accepted') cli.exitCode = EXIT.interrupted;
    return result;
  });
}

function nothingToDo(detail: string, champion: AliasRecord | null): ChangeResult {
  return {
    requestId: '',
    outcome: 'promoted',
    champion: champion?.version ?? null,
    serving: 'confirmed',
    detail,
    ledger: null,
  };
}

const SERVING: Readonly<Record<ChangeResult['serving'], string>> = {
  confirmed: 'every live gateway serves it',
  unconfirmed: 'no gateway is live, so nobody confirmed it',
  'not-served': '',
};

function tell(cli: Cli, model: string, result: ChangeResult): void {
  const { green, yellow, red } = cli.out.style;
  const why = result.ledger === null ? result.detail : ledgerSentence(result.ledger);
  if (result.outcome === 'refused' || result.outcome === 'compensated') {
    cli.exitCode = EXIT.failed;
  }
  cli.out.result({ model, ...result }, () => {
    const champion = result.champion === null ? 'no version' : `version ${result.champion}`;
    switch (result.outcome) {
      case 'accepted':
        return yellow(`${model}: ${why}; millrace models show ${model} tells what came of it`);
      case 'refused':
        return red(`✗ ${model}: ${why}; ${champion} stays champion`);
      case 'compensated':
        return red(`✗ ${model}: ${why}; ${champion} is champion again`);
      default:
        return result.ledger === null
          ? `${model}: ${why}`
          : green(`✓ ${model}: ${why}; ${SERVING[result.serving]}`);
    }
  });
}
