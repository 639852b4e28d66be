import { readFileSync } from 'node:fs';
import type { WorkflowHandle } from '@temporalio/client';
import { uuidv7 } from 'uuidv7';
import {
  type DeployRequest,
  type LedgerEntry,
  MEDIA_TYPE,
  MESSAGE,
  modelWorkflowId,
  modelWorkflowStart,
  type RetrainRequest,
  type RollbackRequest,
  type VersionRecord,
  WORKFLOW,
} from '../../contracts/index.js';
import {
  openRegistryWriter,
  type RegistryWriter,
  registryPlace,
} from '../../models/registry/index.js';
import type { ModelState } from '../../monitoring/policy/index.js';
import { compilePipeline } from '../../pipelines/compile.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { newVersion } from '../models/registry/sample-records.js';
import { LINEAR } from '../models/serving/serving-fixture.js';
import type { TestStack } from './test-stack.js';

/** `not-onnx` is intact by its digest, yet no gateway can load it. */
export type Graph = 'linear' | 'linear-plus-1000' | 'not-onnx';

export const AS_OF = '2011-07-01T00:00:00Z';

/** A model's versions, its workflow and its ledger, over the state directory of a stack. */
export interface ModelWorld {
  readonly registry: RegistryWriter;
  /** Registers a version as a run of `retrainYaml` would have made it; returns its record. */
  register(model: string, graph?: Graph, retrainYaml?: string): Promise<VersionRecord>;
  /** The file that the version's ONNX graph is kept in. */
  onnxFile(version: VersionRecord): Promise<string>;
  /** Signals the model's workflow, starting it where it does not run. */
  signal(
    model: string,
    name: 'requestDeploy' | 'rollback' | 'retrain' | 'repair' | 'askForLabels' | 'pipelineEnded',
    message: unknown,
    start?: { readonly retrainCheckMs?: number; readonly state?: ModelState },
  ): Promise<void>;
  update(
    model: string,
    name:
      | 'deploy'
      | 'promote'
      | 'rollback'
      | 'pause'
      | 'resume'
      | 'approve'
      | 'undo'
      | 'steerRollout',
    message: unknown,
  ): Promise<unknown>;
  handle(model: string): WorkflowHandle;
  state(model: string): Promise<ModelState>;
  /** Ledger lines but registrations, as `action from→to`. */
  story(model: string): Promise<readonly string[]>;
  ledger(model: string, action: LedgerEntry['action']): Promise<readonly LedgerEntry[]>;
  close(): Promise<void>;
}

export async function openModelWorld(stack: TestStack): Promise<ModelWorld> {
  const registry = await openRegistryWriter(registryPlace(stack.home));
  const artifacts = createLocalArtifactStore(stack.home.artifactsDir);
  const { workflow } = stack.temporal.client;
  const handle = (model: string) => workflow.getHandle(modelWorkflowId(model));
  return {
    registry,
    handle,
    async register(model, graph = 'linear', retrainYaml = noopPipeline(model)) {
      const onnx = await artifacts.putBytes(graphBytes(graph), MEDIA_TYPE.onnx);
      const compiled = compilePipeline(retrainYaml, {
        file: 'pipeline.yaml',
        baseDirectory: stack.directory,
      });
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
      const sample = newVersion(model);
      return registry.registerVersion(
        `${uuidv7()}/register`,
        {
          ...sample,
          content: { ...sample.content, onnx, signature: LINEAR },
          plan: await artifacts.putJson(compiled.plan, MEDIA_TYPE.plan),
          planHash: compiled.planHash,
          monitor: compiled.plan.monitor,
          baseDirectory: stack.directory,
          params: {},
        },
        'test',
        'a version to serve',
      );
    },
    onnxFile: async ({ content: { onnx } }) => {
      if (onnx === undefined) throw new Error('it has no graph');
      return artifacts.localPath(onnx);
    },
    async signal(model, name, message, start = {}) {
      await workflow.signalWithStart(WORKFLOW.manageModel, {
        ...modelWorkflowStart(model),
        args: [{ model, ...start }],
        signal: MESSAGE[name],
        signalArgs: [message],
      });
    },
    async update(model, name, message) {
      await workflow.start(WORKFLOW.manageModel, {
        ...modelWorkflowStart(model),
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
      return handle(model).executeUpdate(MESSAGE[name], { args: [message] });
    },
    state: (model) => handle(model).query<ModelState>(MESSAGE.state),
    async story(model) {
      return (await registry.ledger(model))
        .filter(({ action }) => action !== 'registered')
        .map(({ action, from, to }) => `${action} ${from ?? 'none'}→${to ?? 'none'}`);
    },
    ledger: async (model, action) =>
      (await registry.ledger(model)).filter((line) => line.action === action),
    close: () => registry.close(),
  };
}

function graphBytes(graph: Graph): Uint8Array {
  if (graph === 'not-onnx') return new TextEncoder().encode(`no graph ${uuidv7()}`);
  return readFileSync(new URL(`../fixtures/onnx/${graph}.onnx`, import.meta.url));
}

/** The smallest pipeline that a model can have. */
export function noopPipeline(model: string): string {
  return pipelineOf(model, { nothing: '{uses: noop}' });
}

/** A step that waits until the file is there. */
export function waitStep(file: string): string {
  return `{run: [sh, -c, "until [ -e '${file}' ]; do sleep 0.05; done; echo {} > outputs.json"]}`;
}

/** A pipeline of one model: its steps, one YAML flow mapping each. */
export function pipelineOf(
  model: string,
  steps: Readonly<Record<string, string>>,
  head = '',
): string {
  const lines = Object.entries(steps).map(([id, body]) => `  ${id}: ${body}`);
  return [
    'apiVersion: millrace/v1',
    `name: ${model}`,
    `model: ${model}`,
    head,
    'steps:',
    ...lines,
  ].join('\n');
}

const base = () => ({
  requestId: uuidv7(),
  asOf: AS_OF,
  actor: 'test',
  reason: 'a test asks',
  evidence: {},
});

export function promotion(version: number, over: Partial<DeployRequest> = {}): DeployRequest {
  return { kind: 'promote', version, comparedWith: null, answerTo: null, ...base(), ...over };
}

export function rollback(over: Partial<RollbackRequest> = {}): RollbackRequest {
  return { kind: 'rollback', version: null, blames: null, ...base(), ...over };
}

export function retrain(over: Partial<RetrainRequest> = {}): RetrainRequest {
  return {
    kind: 'retrain',
    trigger: 'manual',
    window: null,
    plan: null,
    answerTo: null,
    ...base(),
    ...over,
  };
}
