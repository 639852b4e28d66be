import type { ModelSignature } from '../../../contracts/index.js';
import type { HourRow } from '../one-row.js';

/** The model that all servers answer with. */
export interface ServedFiles {
  readonly model: string;
  readonly version: number;
  readonly signature: ModelSignature;
  /** The ONNX graph. */
  readonly onnxFile: string;
  /** The signature as JSON, for those who are not told it otherwise. */
  readonly signatureFile: string;
  /** Is removed at the end. */
  readonly directory: string;
}

/** How a server is started that answers with the same model. */
export interface PeerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A server that the gateway is measured beside. */
export interface Peer {
  /** As `MILLRACE_BENCH_PEERS` names it. */
  readonly name: string;
  readonly title: string;
  path(files: ServedFiles): string;
  /** The request for one row's prediction. */
  body(row: HourRow, signature: ModelSignature): unknown;
  /** Installs what it needs, once; then says how to start it. */
  prepare(
    files: ServedFiles,
    port: number,
    env: NodeJS.ProcessEnv,
    note: (text: string) => void,
  ): Promise<PeerCommand>;
}
