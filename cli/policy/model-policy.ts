import { setTimeout as sleep } from 'node:timers/promises';
import { type LedgerEntry, MillraceError } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { requestTime } from '../../models/registry/request-time.js';
import { type ModelState, stateFromLedger } from '../../monitoring/policy/index.js';
import type { Cli } from '../command.js';
import { EXIT } from '../errors.js';
import { noSuchModel } from '../models/document.js';
import { sendToModel } from '../models/send-to-model.js';
import { ledgerSentence } from '../models/sentences.js';
import { findCliHome, watchedRegistry, withRegistry } from '../rooms.js';
import { withTemporal } from '../temporal.js';

const LOOK_EVERY_MS = 200;
const GIVE_UP_AFTER_MS = 60_000;

/** A model as its ledger tells it, with what a request by hand needs. */
export interface KnownModel {
  readonly registry: RegistryReader;
  readonly state: ModelState;
  /** Event time of a request that names none. */
  readonly now: string;
}

/**
 * Reads a model from the registry and gives it to `use`.
 *
 * @throws MillraceError `NotFound` for a model that nobody registered
 */
export async function withModel<T>(
  cli: Cli,
  model: string,
  use: (known: KnownModel) => Promise<T>,
): Promise<T> {
  const found = await withRegistry(await findCliHome(cli), async (registry) => {
    const models = await registry.models();
    if (!models.includes(model)) throw noSuchModel(model, models);
    const [ledger, champion] = await Promise.all([
      registry.ledger(model),
      registry.champion(model),
    ]);
    const state = stateFromLedger(model, ledger, null);
    const now = await requestTime(registry, model, champion);
    return { value: await use({ registry, state, now }) };
  });
  if (found === null) throw noSuchModel(model, []);
  return found.value;
}

/** One update to the model's workflow, and the ledger line that answers it. */
export interface PolicyRequest {
  readonly update: string;
  readonly message: object;
  readonly updateId: string;
  /** Whether a line answers the request, known by the id that it was accepted with. */
  readonly answers: (entry: LedgerEntry, changeId: string) => boolean;
  /** What the answer may take besides, where a server is started first. */
  readonly longerMs?: number;
}

/** Sends a request and waits for the line of the ledger that answers it. */
export async function sendAndWait(
  cli: Cli,
  model: string,
  registry: RegistryReader,
  { update, message, updateId, answers, longerMs }: PolicyRequest,
): Promise<LedgerEntry> {
  const home = await findCliHome(cli);
  if (home === null) throw noSuchModel(model, []);
  return withTemporal(cli, home, async ({ client }) => {
    const { changeId } = await sendToModel(client, model, update, message, updateId);
    return lineOf(cli, model, registry, (entry) => answers(entry, changeId), longerMs);
  });
}

/** Waits for a line of the ledger; an interrupt ends the wait, not what was asked for. */
export async function lineOf(
  cli: Cli,
  model: string,
  registry: RegistryReader,
  isMeant: (entry: LedgerEntry) => boolean,
  longerMs = 0,
): Promise<LedgerEntry> {
  const interrupted = cli.catchInterrupts();
  const watched = await watchedRegistry(cli, registry, interrupted);
  const deadline = Date.now() + GIVE_UP_AFTER_MS + longerMs;
  while (Date.now() < deadline && !interrupted.aborted) {
    const line = (await watched.ledger(model)).findLast(isMeant);
    if (line !== undefined) return line;
    await sleep(LOOK_EVERY_MS, undefined, { signal: interrupted }).catch(() => undefined);
  }
  if (interrupted.aborted) cli.exitCode = EXIT.interrupted;
  throw new MillraceError(
    'ServiceUnavailable',
    `${model}: the request was accepted, but nothing came of it yet`,
    `look again with millrace models show ${model}; millrace doctor says whether a worker runs`,
  );
}

const REFUSALS: ReadonlySet<LedgerEntry['action']> = new Set([
  'approval-refused',
  'undo-refused',
  'deploy-refused',
  'rollback-refused',
  'retrain-held',
  'response-held',
  'kept-as-challenger',
  'compensated',
  'rollout-refused',
]);

/** Tells what came of a request; exit code 1 where it was refused. */
export function tellLines(cli: Cli, model: string, lines: readonly LedgerEntry[]): void {
  const last = lines.at(-1);
  const refused = last !== undefined && REFUSALS.has(last.action);
  if (refused) cli.exitCode = EXIT.failed;
  const { green, red } = cli.out.style;
  cli.out.result({ model, refused, ledger: lines }, () =>
    lines
      .map((line) =>
        REFUSALS.has(line.action)
          ? red(`✗ ${model}: ${ledgerSentence(line)}`)
          : green(`✓ ${model}: ${ledgerSentence(line)}`),
      )
      .join('\n'),
  );
}
