import { createHash } from 'node:crypto';
import { canonicalJson } from '../../contracts/index.js';
import { clipped, LONGEST, mlflowName } from './limits.js';
import type { MirrorPass } from './ports.js';
import { TrackingRefusal } from './tracking-error.js';

/** Tag by which a run that millrace made is found again. */
export const RUN_KEY_TAG = 'millrace.key';

/** A run as MLflow knows it. */
export interface RemoteRun {
  readonly id: string;
  readonly experimentId: string;
  /** Where MLflow says that its files go. */
  readonly artifactUri: string;
  /** It was there already: what it holds is not known from the registry alone. */
  readonly adopted: boolean;
}

export interface NewRemoteRun {
  /** What it stands for; one run a key. */
  readonly key: string;
  readonly experiment: string;
  readonly name: string;
  readonly user: string;
  readonly startMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

interface RunAnswer {
  readonly run: { readonly info: RunInfo };
}
interface RunInfo {
  readonly run_id: string;
  readonly experiment_id: string;
  readonly artifact_uri: string;
}

/**
 * The run that stands for a key, made where there is none. It is looked for by its tag first: an
 * attempt that was cut off may have made it, and so may one that the registry does not remember,
 * because a backup took its place.
 */
export async function remoteRun(pass: MirrorPass, run: NewRemoteRun): Promise<RemoteRun> {
  const book = pass.registry.mirror;
  const item = `run-id/${run.key}`;
  const known = await book.item(pass.target.name, item);
  if (known !== null && known.remote !== null) return JSON.parse(known.remote);
  const experimentId = await experiment(pass, run.experiment);
  const found = await findRun(pass, experimentId, run.key);
  const info = found ?? (await createRun(pass, experimentId, run));
  const remote: RemoteRun = {
    id: info.run_id,
    experimentId,
    artifactUri: info.artifact_uri,
    adopted: found !== null,
  };
  await book.putItem(pass.target.name, item, {
    state: 'written',
    digest: '',
    remote: JSON.stringify(remote),
  });
  return remote;
}

async function createRun(
  { client }: MirrorPass,
  experimentId: string,
  run: NewRemoteRun,
): Promise<RunInfo> {
  const { run: made } = await client.send<RunAnswer>('making a run', 'runs/create', {
    experiment_id: experimentId,
    run_name: run.name,
    user_id: run.user,
    start_time: run.startMs,
    tags: tagList({ ...run.tags, [RUN_KEY_TAG]: run.key, 'mlflow.user': run.user }),
  });
  return made.info;
}

async function findRun(
  { client }: MirrorPass,
  experimentId: string,
  key: string,
): Promise<RunInfo | null> {
  const { runs } = await client.send<{ runs?: readonly RunAnswer['run'][] }>(
    'looking for a run',
    'runs/search',
    {
      experiment_ids: [experimentId],
      filter: `tags.\`${RUN_KEY_TAG}\` = '${key}'`,
      run_view_type: 'ALL',
      max_results: 1,
      order_by: ['attributes.start_time ASC'],
    },
  );
  return runs?.[0]?.info ?? null;
}

/** Number of the experiment of this name, which is made where there is none. */
async function experiment(pass: MirrorPass, name: string): Promise<string> {
  const book = pass.registry.mirror;
  const item = `experiment/${name}`;
  const known = await book.item(pass.target.name, item);
  if (known !== null && known.remote !== null) return known.remote;
  const id = (await findExperiment(pass, name)) ?? (await createExperiment(pass, name));
  await book.putItem(pass.target.name, item, { state: 'written', digest: '', remote: id });
  return id;
}

async function createExperiment(pass: MirrorPass, name: string): Promise<string> {
  try {
    const made = await pass.client.send<{ experiment_id: string }>(
      'making an experiment',
      'experiments/create',
      { name },
    );
    return made.experiment_id;
  } catch (error) {
    // Somebody else was quicker.
    const id = isCode(error, 'RESOURCE_ALREADY_EXISTS') ? await findExperiment(pass, name) : null;
    if (id === null) throw error;
    return id;
  }
}

async function findExperiment({ client }: MirrorPass, name: string): Promise<string | null> {
  try {
    const { experiment: found } = await client.get<{
      experiment: { experiment_id: string; lifecycle_stage: string };
    }>('looking for an experiment', 'experiments/get-by-name', { experiment_name: name });
    if (found.lifecycle_stage === 'deleted') {
      throw new TrackingRefusal(
        `the experiment ${name} was deleted in MLflow: restore it there (\`mlflow experiments restore\`)`,
        'RESOURCE_DOES_NOT_EXIST',
      );
    }
    return found.experiment_id;
  } catch (error) {
    if (isCode(error, 'RESOURCE_DOES_NOT_EXIST') && !isDeleted(error)) return null;
    throw error;
  }
}

function isDeleted(error: unknown): boolean {
  return error instanceof TrackingRefusal && error.message.includes('was deleted in MLflow');
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof TrackingRefusal && error.code === code;
}

/** Tags as MLflow takes them. */
export function tagList(
  tags: Readonly<Record<string, string>>,
): readonly { readonly key: string; readonly value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({
    key: mlflowName(key),
    value: clipped(value, LONGEST.tag),
  }));
}

export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
