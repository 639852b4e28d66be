import type { SignatureInput, VersionRecord } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { InputRow, InputValue } from '../inference/input-row.js';
import { loadModel } from '../inference/load-model.js';
import { DEFAULT_BATCH_LIMITS } from './batching/batch-limits.js';
import { BatchedModel } from './batching/batched-model.js';
import { ServedVersion } from './served-version.js';
import { SharedSessions } from './shared-sessions.js';

export type LoadVersion = (record: VersionRecord) => Promise<ServedVersion>;

/**
 * Loads versions from the artifact store and lets each answer a row before it counts, so that the
 * first request does not pay for it and a graph that cannot run is found before the switch.
 */
export function createVersionLoader(artifacts: ArtifactStore, logger: Logger): LoadVersion {
  const sessions = new SharedSessions();
  return async ({ model, version, content }) => {
    const { onnx, signature } = content;
    const session = await sessions.take(`${model}/${version}`, async () => {
      const loaded = await loadModel(await artifacts.readBytes(onnx), signature);
      try {
        await loaded.predict([warmUpRow(signature.inputs)]);
      } catch (error) {
        await loaded.release();
        throw error;
      }
      return new BatchedModel(loaded, {
        name: `version ${version} of ${model}`,
        limits: DEFAULT_BATCH_LIMITS,
      });
    });
    return new ServedVersion(model, version, session, (error) =>
      logger.warn({ err: error, model, version }, 'a retired version was not released'),
    );
  };
}

function warmUpRow(inputs: readonly SignatureInput[]): InputRow {
  const row: Record<string, InputValue> = {};
  for (const { name, kind, nullable } of inputs) row[name] = nullable ? null : NEUTRAL[kind];
  return row;
}

const NEUTRAL = { number: 0, integer: 0, boolean: false, string: '' } as const;
