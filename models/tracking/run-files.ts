import { createHash } from 'node:crypto';
import type { ArtifactRef } from '../../contracts/index.js';
import type { MirrorPass } from './ports.js';
import type { RemoteRun } from './remote-run.js';
import { TrackingRefusal } from './tracking-error.js';

/** What MLflow calls files that it takes from its clients. */
const PROXIED = 'mlflow-artifacts:';
/** Above this a file stays in millrace's store alone. */
export const LARGEST_UPLOAD_BYTES = 2 * 1024 ** 3;

/**
 * Sends a file of the artifact store to a run, once a content.
 *
 * @param path - below the run's artifacts: `model/model.onnx`
 * @returns whether MLflow has it: a file that is too large stays where it is
 * @throws TrackingRefusal when the server does not take files from its clients
 */
export async function sendFile(
  pass: MirrorPass,
  run: RemoteRun,
  path: string,
  ref: ArtifactRef,
): Promise<boolean> {
  if (ref.bytes > LARGEST_UPLOAD_BYTES) return false;
  const book = pass.registry.mirror;
  const item = `file/${run.id}/${path}`;
  const known = await book.item(pass.target.name, item);
  if (known?.digest === ref.sha256) return true;
  await pass.client.upload('sending a file', `${artifactRoot(run)}/${path}`, {
    path: await pass.artifacts.localPath(ref),
    bytes: ref.bytes,
    mediaType: ref.mediaType,
  });
  await book.putItem(pass.target.name, item, {
    state: 'written',
    digest: ref.sha256,
    remote: null,
  });
  return true;
}

/** Sends a text that is made for MLflow, once a content. */
export async function sendText(
  pass: MirrorPass,
  run: RemoteRun,
  path: string,
  text: string,
  mediaType: string,
): Promise<void> {
  const content = new TextEncoder().encode(text);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const book = pass.registry.mirror;
  const item = `file/${run.id}/${path}`;
  if ((await book.item(pass.target.name, item))?.digest === sha256) return;
  await sendFile(pass, run, path, await pass.artifacts.putBytes(content, mediaType));
}

/** Where a run's files are below the server's artifact endpoint. */
function artifactRoot({ artifactUri }: RemoteRun): string {
  if (!artifactUri.startsWith(PROXIED)) {
    throw new TrackingRefusal(
      'the files of runs are not sent: this MLflow server keeps them outside itself; start it with `--serve-artifacts`',
      'NOT_PROXIED',
    );
  }
  // With an authority (mlflow-artifacts://host/path) or without one (mlflow-artifacts:/path).
  return artifactUri
    .slice(PROXIED.length)
    .replace(/^\/\/[^/]*/, '')
    .replace(/^\/+/, '');
}
