import type { ModelManifest } from '../../../contracts/index.js';
import type { ServedModel } from '../../inference/served-model.js';

/** A loaded graph takes several times its file, and a session some memory of its own. */
const SESSION_BYTES = 2 * 2 ** 20;
const BYTES_OF_FILE_BYTE = 3;

/**
 * What a version takes while it is loaded: reckoned by a graph's file, measured of a server that was
 * started for it, nothing of one that others run.
 */
export function sessionBytes({ onnx }: ModelManifest, loaded: ServedModel | null): number {
  return onnx === undefined
    ? (loaded?.heldBytes ?? 0)
    : SESSION_BYTES + BYTES_OF_FILE_BYTE * onnx.bytes;
}
