import {
  MillraceError,
  type ModelManifest,
  type ModelServer,
  modelSource,
} from '../../contracts/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import { loadModel, type ServedModel } from '../inference/index.js';
import { openExternal } from './external/open-external.js';
import type { ModelServers } from './ports.js';
import { SampledModel } from './sampling/sampled-model.js';

/** What a model is opened with. */
export interface ModelDeps {
  readonly artifacts: Pick<ArtifactStore, 'localPath'>;
  /** Starts servers of models that have a command; absent: this process starts none. */
  readonly servers?: Pick<ModelServers, 'start'>;
}

export interface OpenOptions {
  /** For errors and logs: `version 3 of coffee`. */
  readonly name?: string;
  /** Of an ONNX graph, for one answer; default 1, which is the fastest for single rows. */
  readonly threads?: number;
}

/**
 * Opens a model for prediction, wherever its answers come from: its ONNX graph is loaded into this
 * process, a server by URL is found ready, a command is started and waited for.
 *
 * @throws MillraceError `ArtifactCorrupt` where a stored file is gone or damaged, `ServiceUnavailable`
 * where a server cannot be asked
 * @example
 * const model = await openModel({ artifacts, servers }, version.content);
 * await model.predict([{ temperature: 9.84 }]); // { predictions: [16.23] }
 */
export async function openModel(
  deps: ModelDeps,
  manifest: ModelManifest,
  { name = `a model of ${manifest.target}`, threads }: OpenOptions = {},
): Promise<ServedModel> {
  const source = modelSource(manifest);
  const { signature } = manifest;
  switch (source.kind) {
    case 'onnx':
      return loadModel(await deps.artifacts.localPath(source.graph), signature, {
        ...(threads !== undefined && { threads }),
      });
    case 'external':
      return sampled(await openExternal(deps, source.server, { name, signature }), source.server);
    default:
      throw new MillraceError(
        'ArtifactCorrupt',
        `${name} answers in a way that this release does not know`,
        'serve it by the release that registered it',
      );
  }
}

function sampled(model: ServedModel, { sampling }: ModelServer): ServedModel {
  return sampling === undefined ? model : new SampledModel(model, sampling);
}
