import { uuidv7 } from 'uuidv7';
import {
  type LedgerAction,
  type LifeChange,
  MESSAGE,
  MillraceError,
  NAME_PATTERN,
  type PendingRequest,
} from '../../contracts/index.js';
import { nameOf } from '../../monitoring/policy/index.js';
import {
  type AnswerOptions,
  approveRun,
  isRunName,
  listWaiting,
} from '../approvals/answer-step.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { sendAct } from '../models/subject.js';
import { currentActor, readParam } from '../options.js';
import {
  type KnownModel,
  lineOf,
  sendAndWait,
  tellLines,
  withModel,
} from '../policy/model-policy.js';

interface ApproveOptions extends AnswerOptions {
  readonly request?: string;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('[name]', 'run; or a model or a version of it, such as bike-demand@3')
    .argument('[step]', 'of a run: the step that waits')
    .option('--reason <text>', 'why; the ledger keeps it. Without it, of a model: show what waits')
    .option('--reject', 'say no')
    .option('--field <name=value>', 'of a run: a field of the form; again for each', readParam)
    .option('--request <id>', 'of a model: which of several that wait')
    .action((name: string | undefined, step: string | undefined, options: ApproveOptions) => {
      if (name === undefined) return listWaiting(cli);
      if (step !== undefined || isRunName(name)) return approveRun(cli, name, step, options);
      if (options.field !== undefined) {
        throw new UsageError(
          '--field fills in the form of a run, and no run is named',
          'write millrace approve RUN STEP; millrace approve lists what waits',
        );
      }
      const { model, version } = readName(name);
      return withModel(cli, model, (known) => approve(cli, model, version, known, options));
    });
};

function readName(text: string): { readonly model: string; readonly version: number | null } {
  const [, model = '', version] = /^([^@]+)(?:@v?([1-9]\d{0,8}))?$/.exec(text) ?? [];
  if (!NAME_PATTERN.test(model)) {
    throw new UsageError(
      `${text} names no model and no version`,
      'write NAME or NAME@VERSION, such as bike-demand@3',
    );
  }
  return { model, version: version === undefined ? null : Number(version) };
}

async function approve(
  cli: Cli,
  model: string,
  version: number | null,
  { registry, state, now }: KnownModel,
  options: ApproveOptions,
): Promise<void> {
  const { reason, reject = false, request: wanted = null } = options;
  const waiting = state.pending.filter(
    ({ request }) =>
      (wanted === null || request.requestId === wanted) &&
      (version === null || ('version' in request && request.version === version)),
  );
  if (reason === undefined) {
    if (reject) throw new UsageError('--reject needs a --reason', 'say why; the ledger keeps it');
    list(cli, model, waiting, await unanswered(registry, model, version));
    return;
  }
  const answered = await answerForVersion(cli, model, version, registry, { reason, reject });
  const [only, ...others] = waiting;
  if (answered !== null && only === undefined) {
    cli.out.result(answered, () =>
      reject
        ? `${model}@${version} is rejected: it cannot become champion`
        : `${model}@${version} is approved: millrace deploy ${model}@${version} brings it into service`,
    );
    return;
  }
  if (only === undefined || others.length > 0) throw notOne(model, waiting, state.pending);
  const { requestId } = only.request;
  const answer = await sendAndWait(cli, model, registry, {
    update: MESSAGE.approve,
    message: {
      actor: currentActor(),
      reason,
      asOf: now,
      answer: reject ? 'reject' : 'approve',
      requestId,
      version: null,
    },
    updateId: uuidv7(),
    answers: ({ evidence }, changeId) => evidence['answerId'] === changeId,
  });
  const outcome =
    answer.action === 'approved'
      ? [
          await lineOf(
            cli,
            model,
            registry,
            ({ action, evidence }) =>
              evidence['requestId'] === requestId && !BEFORE_OUTCOME.has(action),
          ),
        ]
      : [];
  tellLines(cli, model, [answer, ...outcome]);
}

/**
 * A version that was registered to be approved first is answered for itself, before whatever waits
 * for it.
 *
 * @returns `null` where it needs no answer
 */
async function answerForVersion(
  cli: Cli,
  model: string,
  version: number | null,
  registry: KnownModel['registry'],
  { reason, reject }: { readonly reason: string; readonly reject: boolean },
): Promise<LifeChange | null> {
  const record = version === null ? null : await registry.version(model, version);
  if (version === null || record?.approval !== 'pending') return null;
  return sendAct(cli, { kind: reject ? 'reject' : 'approve', model, version, reason });
}

/** Lines of a request that waits, before anything comes of it. */
const BEFORE_OUTCOME: ReadonlySet<LedgerAction> = new Set([
  'approval-requested',
  'waiting',
  'approved',
]);

/** Versions that were registered to be approved first, and nobody has said anything of. */
async function unanswered(
  registry: KnownModel['registry'],
  model: string,
  version: number | null,
): Promise<readonly number[]> {
  const records = await registry.versions(model);
  return records
    .filter((record) => record.approval === 'pending' && record.status === 'ready')
    .map((record) => record.version)
    .filter((one) => version === null || one === version);
}

function list(
  cli: Cli,
  model: string,
  waiting: readonly PendingRequest[],
  versions: readonly number[],
): void {
  cli.out.result({ model, waiting, versions }, () => {
    const asked = waiting.map(
      ({ request, detail }) =>
        `${nameOf(request)} (${request.requestId}): ${detail}\n  asked: ${request.reason}`,
    );
    const awaited = new Set(
      waiting.map(({ request }) => ('version' in request ? request.version : null)),
    );
    const alone = versions
      .filter((version) => !awaited.has(version))
      .map(
        (version) =>
          `version ${version} was registered to be approved first: millrace approve ${model}@${version} --reason …`,
      );
    const lines = [...asked, ...alone];
    return lines.length === 0 ? `nothing of ${model} waits` : lines.join('\n');
  });
}

function notOne(
  model: string,
  meant: readonly PendingRequest[],
  all: readonly PendingRequest[],
): MillraceError {
  const ids = (meant.length === 0 ? all : meant).map(({ request }) => request.requestId).join(', ');
  return meant.length === 0
    ? new MillraceError(
        'InvalidInput',
        `nothing of that name waits for an answer in ${model}`,
        ids === '' ? 'nothing waits at all' : `there waits: ${ids}`,
      )
    : new MillraceError(
        'InvalidInput',
        `${meant.length} requests of ${model} wait`,
        `name one with --request: ${ids}`,
      );
}
