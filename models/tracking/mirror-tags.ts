import type { VersionRecord } from '../../contracts/index.js';
import { clipped, LONGEST, mlflowName } from './limits.js';
import type { MirrorPass } from './ports.js';
import { digestOf, isCode } from './remote-run.js';

type Tags = Readonly<Record<string, string>>;

/** What may still change about a version, and what a reader wants to see of it. */
export function versionTags(version: VersionRecord): Tags {
  return {
    'millrace.version': String(version.version),
    'millrace.run': version.runId,
    'millrace.plan': version.planHash,
    'millrace.status': version.status,
    'millrace.approval': version.approval,
    'millrace.as_of': version.asOf,
    ...(version.content.onnx !== undefined && {
      'millrace.onnx': version.content.onnx.sha256,
    }),
  };
}

/** Writes the tags of a version as the registry has them now. */
export async function mirrorVersionTags(
  pass: MirrorPass,
  version: VersionRecord,
  number: string,
  own: Tags,
): Promise<void> {
  const { model } = version;
  await mirrorTags(pass, `version-tags/${model}/${version.version}`, {
    tags: { ...own, ...versionTags(version) },
    place: { name: model, version: number },
    path: 'model-versions',
  });
}

/** The same of the model itself. */
export async function mirrorModelTags(pass: MirrorPass, model: string, own: Tags): Promise<void> {
  await mirrorTags(pass, `model-tags/${model}`, {
    tags: own,
    place: { name: model },
    path: 'registered-models',
  });
}

/** Sets what differs and takes away what was set before; tags that others set in MLflow stay. */
async function mirrorTags(
  pass: MirrorPass,
  item: string,
  {
    tags,
    place,
    path,
  }: {
    readonly tags: Tags;
    readonly place: object;
    readonly path: 'model-versions' | 'registered-models';
  },
): Promise<void> {
  const { mirror } = pass.registry;
  const { name: target } = pass.target;
  const wanted = Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [mlflowName(key), clipped(value, LONGEST.tag)]),
  );
  const known = await mirror.item(target, item);
  const digest = digestOf(wanted);
  if (known?.digest === digest) return;
  const before: Readonly<Record<string, string | null>> = JSON.parse(known?.remote ?? '{}');
  // Kept before they are set, so that an attempt after a crash takes away what is not wanted by then;
  // `null`: what MLflow has is not known.
  const begun = Object.entries(wanted).map(([key, value]) => [
    key,
    before[key] === value ? value : null,
  ]);
  await mirror.putItem(target, item, {
    state: 'writing',
    digest: '',
    remote: JSON.stringify({ ...before, ...Object.fromEntries(begun) }),
  });
  for (const [key, value] of Object.entries(wanted)) {
    if (before[key] === value) continue;
    await pass.client.send('writing a tag', `${path}/set-tag`, { ...place, key, value });
  }
  for (const key of Object.keys(before)) {
    if (Object.hasOwn(wanted, key)) continue;
    await takeAway(pass, `${path}/delete-tag`, { ...place, key });
  }
  await mirror.putItem(target, item, { state: 'written', digest, remote: JSON.stringify(wanted) });
}

async function takeAway({ client }: MirrorPass, path: string, tag: object): Promise<void> {
  try {
    await client.send('taking a tag away', path, tag, 'DELETE');
  } catch (error) {
    // An earlier attempt did, or it was never set.
    if (!isCode(error, 'RESOURCE_DOES_NOT_EXIST')) throw error;
  }
}
