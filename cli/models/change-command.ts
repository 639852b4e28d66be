import { uuidv7 } from 'uuidv7';
import {
  type AliasRecord,
  type DeployRequest,
  isLeaseLive,
  type RollbackRequest,
} from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { requestTime } from '../../models/registry/request-time.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli } from '../command.js';
import { EXIT } from '../errors.js';
import { currentActor } from '../options.js';
import { findCliHome, watchedRegistry, withRegistry } from '../rooms.js';
import { withTemporal } from '../temporal.js';
import { noSuchModel } from './document.js';
import {
  accepted,
  type ChangeResult,
  sendChange,
  serverStartsMs,
  watchChange,
} from './request-change.js';
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
        ? await nothingToDo(registry, model, request, champion)
        : await carryOut(cli, registry, home, model, request, options.detach === true);
    tellChange(cli, model, result);
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
    return awaitChange(cli, registry, model, { ...request, requestId: changeId });
  });
}

/** Waits for what comes of a request; Ctrl-C ends the wait, not what was asked for. */
export async function awaitChange(
  cli: Cli,
  registry: RegistryReader,
  model: string,
  { requestId, version }: Pick<DeployRequest | RollbackRequest, 'requestId' | 'version'>,
): Promise<ChangeResult> {
  const interrupted = cli.catchInterrupts();
  const watched = await watchedRegistry(cli, registry, interrupted);
  const serverMs = await serverStartsMs(watched, model, version);
  if (serverMs > 0) {
    const seconds = Math.ceil(serverMs / 1_000);
    cli.out.note(`${model}: its server is started first, which may take up to ${seconds} s`);
  }
  const result = await watchChange(watched, model, requestId, interrupted, serverMs);
  if (interrupted.aborted && result.outcome === 'accepted') cli.exitCode = EXIT.interrupted;
  return result;
}

/** What is champion already may still be on its way into a gateway, or never come there. */
export async function nothingToDo(
  registry: RegistryReader,
  model: string,
  detail: string,
  champion: AliasRecord | null,
): Promise<ChangeResult> {
  const version = champion?.version ?? null;
  const base = { requestId: '', outcome: 'promoted', champion: version, ledger: null } as const;
  const live = (await registry.leases()).filter((lease) => isLeaseLive(lease, Date.now()));
  const behind = live.find(({ servedVersions }) => servedVersions[model] !== version);
  if (version === null || behind === undefined) return { ...base, serving: 'confirmed', detail };
  const failure = behind.failures?.[model]?.find((failed) => failed.version === version);
  const why = failure === undefined ? '' : `: ${failure.reason}`;
  return {
    ...base,
    serving: 'not-served',
    detail: `${detail}, but gateway ${behind.id} does not serve it${why}`,
  };
}

const SERVING: Readonly<Record<ChangeResult['serving'], string>> = {
  confirmed: 'every live gateway serves it',
  unconfirmed: 'no gateway is live, so nobody confirmed it',
  'not-served': '',
};

const MEND =
  '  mend what the gateway says and ask again; where it is the version itself, register another';

/** What came of a change; exit code 1 where the version that was asked for does not serve. */
export function tellChange(cli: Cli, model: string, result: ChangeResult): void {
  const { green, yellow, red } = cli.out.style;
  const why = result.ledger === null ? result.detail : ledgerSentence(result.ledger);
  const isUnserved = result.outcome === 'promoted' && result.serving === 'not-served';
  if (result.outcome === 'refused' || result.outcome === 'compensated' || isUnserved) {
    cli.exitCode = EXIT.failed;
  }
  cli.out.result({ model, ...result }, () => {
    const champion = (how: string): string =>
      result.champion === null ? 'it has no champion' : `version ${result.champion} ${how}`;
    switch (result.outcome) {
      case 'accepted':
        return yellow(`${model}: ${why}; millrace models show ${model} tells what came of it`);
      case 'refused':
        return red(`✗ ${model}: ${why}; ${champion('stays champion')}`);
      case 'compensated':
        return `${red(`✗ ${model}: ${why}; ${champion('is champion again')}`)}\n${MEND}`;
      default:
        if (isUnserved) return red(`✗ ${model}: ${why}`);
        return result.ledger === null
          ? `${model}: ${why}`
          : green(`✓ ${model}: ${why}; ${SERVING[result.serving]}`);
    }
  });
}
