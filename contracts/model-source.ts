import type { ArtifactRef } from './artifact.js';
import { canonicalJson } from './json.js';
import type { ModelManifest } from './model-manifest.js';
import type { SamplingSpec } from './serve-spec.js';

/** `oip`: Open Inference Protocol V2 over HTTP; `invocations`: MLflow's scoring protocol. */
export const SERVER_PROTOCOLS = ['oip', 'invocations'] as const;
export type ServerProtocol = (typeof SERVER_PROTOCOLS)[number];

/** A server that others run. */
export interface ServerUrl {
  readonly kind: 'url';
  /** `http://10.0.0.4:8080`; a path before that of the protocol is kept. */
  readonly url: string;
  /** Environment variable that holds the bearer token; absent: none is sent. */
  readonly tokenFrom?: string;
}

/** A server that millrace starts, watches and ends. */
export interface ServerCommand {
  readonly kind: 'command';
  /** `{port}` and `{model}` in it are the port to listen on and the path of what is served. */
  readonly argv: readonly string[];
  readonly env: { readonly [name: string]: string };
  /** Where its relative paths start: the directory of the pipeline file. */
  readonly directory: string;
  /** What it serves: a file, or a packed directory; `null`: the command knows. */
  readonly model: ArtifactRef | null;
  /** Longest time from its start until it is ready. */
  readonly startTimeoutMs: number;
}

/** One tensor for all inputs: the numbers of a row side by side. */
export interface TableTensor {
  readonly name: string;
  readonly datatype: 'FP32' | 'FP64';
}

/** A server that answers in a model's place. */
export interface ModelServer {
  readonly protocol: ServerProtocol;
  readonly place: ServerUrl | ServerCommand;
  /** Answers 200 once the server can be asked; absent: the protocol's own. */
  readonly readyPath?: string;
  /** Longest time of one request to it. */
  readonly timeoutMs: number;
  /** Name of the model there; the Open Inference Protocol asks for it by name. */
  readonly model?: string;
  readonly version?: string;
  /** Absent: one tensor a column. */
  readonly table?: TableTensor;
  /** Which of its outputs is the prediction; absent: the signature's name, or the only one. */
  readonly output?: string;
  /** Which of its outputs has the probabilities of the classes; absent: it gives none. */
  readonly probabilities?: string;
  /** It is asked several times; absent: once. */
  readonly sampling?: SamplingSpec;
}

/** What a version's answers come from. */
export type ModelSource =
  | { readonly kind: 'onnx'; readonly graph: ArtifactRef }
  | { readonly kind: 'external'; readonly server: ModelServer };

export function modelSource({ onnx, server }: ModelManifest): ModelSource {
  return server === undefined ? { kind: 'onnx', graph: onnx } : { kind: 'external', server };
}

/** The stored file without which the version cannot answer; `null`: it has none here. */
export function sourceFile(manifest: ModelManifest): ArtifactRef | null {
  const source = modelSource(manifest);
  if (source.kind === 'onnx') return source.graph;
  const { place } = source.server;
  return place.kind === 'command' ? place.model : null;
}

/** How long its own server may take to start; 0 where millrace starts none. */
export function startTimeoutMs({ server }: ModelManifest): number {
  return server?.place.kind === 'command' ? server.place.startTimeoutMs : 0;
}

/** Equal for versions whose answers come from the same: the digest of a graph, or how a server is asked. */
export function sourceIdentity(manifest: ModelManifest): string {
  const source = modelSource(manifest);
  return source.kind === 'onnx' ? source.graph.sha256 : canonicalJson({ ...source.server });
}
