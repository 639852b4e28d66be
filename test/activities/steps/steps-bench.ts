import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import type { ActivityDeps } from '../../../activities/deps.js';
import type { StepWork, StepWorkResult } from '../../../activities/step-work.js';
import {
  type ArtifactRef,
  artifactUri,
  type JsonValue,
  MEDIA_TYPE,
  type MonitorSpec,
  type PipelinePlan,
  type PlanStep,
  type StepKind,
} from '../../../contracts/index.js';
import { openRegistryWriter, type RegistryWriter } from '../../../models/registry/index.js';
import { createProcessRunner } from '../../../processes/process-runner.js';
import { createLocalArtifactStore } from '../../../storage/artifacts/local-store.js';
import type { ArtifactStore } from '../../../storage/artifacts/port.js';
import { createHome } from '../../../storage/home/create-home.js';
import type { HomeLayout } from '../../../storage/home/layout.js';
import { type Table, writeParquet } from '../../../storage/tabular/index.js';

export interface StepOptions {
  readonly gate?: string;
  readonly gateOverride?: string;
  readonly params?: { readonly [name: string]: JsonValue };
  readonly monitor?: MonitorSpec;
  readonly python?: Partial<ActivityDeps['python']>;
  /** Default: the bench's own. */
  readonly baseDirectory?: string;
}

export interface StepsBench {
  readonly home: HomeLayout;
  /** The pipeline's directory. */
  readonly base: string;
  readonly artifacts: ArtifactStore;
  readonly registry: RegistryWriter;
  /** What the steps logged, a parsed line each. */
  readonly logged: { readonly level: number; readonly msg: string }[];
  /** Does a step's work as the activity around it would. */
  work(
    kind: StepKind,
    work: StepWork,
    inputs: { readonly [name: string]: unknown },
    options?: StepOptions,
  ): Promise<StepWorkResult>;
  put(table: Table): Promise<ArtifactRef>;
  file(name: string, content: string): Promise<string>;
}

export const MODEL = 'bikes';

/** A real home, store, registry and process runner for the tests of one file. */
export function stepsBench(): () => StepsBench {
  let directory = '';
  let bench: StepsBench | null = null;
  let close: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'millrace-steps-'));
    const home = await createHome(join(directory, '.millrace'));
    const base = join(directory, 'pipeline');
    await mkdir(base);
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    const registry = await openRegistryWriter(home.registryFile);
    const logged: { level: number; msg: string }[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        logged.push(JSON.parse(chunk.toString()));
        done();
      },
    });
    const logger = pino({}, sink);
    const python = {
      executable: process.env['MILLRACE_PYTHON'] ?? '',
      directory: resolve('python'),
      environment: {},
    };
    const processes = createProcessRunner({ home, artifacts, logger, python });
    close = async () => {
      await processes.close();
      await registry.close();
    };
    const deps = { home, registry, artifacts, processes, python, logger };
    bench = {
      home,
      base,
      artifacts,
      registry,
      logged,
      work: (kind, work, inputs, options = {}) =>
        work({
          // The steps under test use neither the prediction log nor Temporal.
          deps: { ...deps, python: { ...python, ...options.python } } as unknown as ActivityDeps,
          task: {
            run: {
              runId: '01890a5d-ac96-774b-bcce-b302099a8057',
              pipeline: PLAN.name,
              model: PLAN.model,
              plan: PLAN_REF,
              planHash: '0'.repeat(64),
              params: options.params ?? {},
              baseDirectory: options.baseDirectory ?? base,
              asOf: '2011-07-01T00:00:00Z',
              trigger: { kind: 'manual', actor: 'test', reason: 'test' },
            },
            stepId: kind,
            upstream: {},
            gateOverride: options.gateOverride ?? null,
          },
          plan: options.monitor === undefined ? PLAN : { ...PLAN, monitor: options.monitor },
          step: { ...stepOf(kind), gate: options.gate ?? null },
          inputs: inputs as { readonly [name: string]: JsonValue },
          argv: [],
          attempt: 1,
          signal: new AbortController().signal,
          report: () => undefined,
          logger,
        }),
      put: async (table) => {
        const path = join(directory, 'table.parquet');
        await writeParquet(table, path);
        return artifacts.putFile(path, MEDIA_TYPE.parquet);
      },
      file: async (name, content) => {
        await writeFile(join(base, name), content);
        return name;
      },
    };
  });

  afterAll(async () => {
    await close();
    await rm(directory, { recursive: true, force: true });
  });

  return () => {
    if (bench === null) throw new Error('only inside a test');
    return bench;
  };
}

const PLAN_REF: ArtifactRef = {
  uri: artifactUri('0'.repeat(64)),
  sha256: '0'.repeat(64),
  bytes: 2,
  mediaType: MEDIA_TYPE.plan,
};

const PLAN: PipelinePlan = {
  apiVersion: 'millrace/v1',
  expressionVersion: 1,
  name: 'bikes',
  model: MODEL,
  params: {},
  steps: [],
  schedule: null,
  monitor: null,
};

function stepOf(kind: StepKind): PlanStep {
  return {
    id: kind,
    kind,
    command: null,
    needs: [],
    reads: [],
    with: {},
    if: null,
    gate: null,
    retry: {
      maxAttempts: 1,
      initialIntervalMs: 1,
      backoff: 1,
      maxIntervalMs: 1,
      nonRetryable: [],
    },
    timeoutMs: 60_000,
    queue: null,
  };
}
