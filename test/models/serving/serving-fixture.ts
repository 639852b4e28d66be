import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import {
  type FeatureUse,
  MEDIA_TYPE,
  type ModelSignature,
  type ServeSpec,
} from '../../../contracts/index.js';
import { type Gateway, type GatewayOptions, startGateway } from '../../../gateway.js';
import { openRegistryWriter, type RegistryWriter } from '../../../models/registry/index.js';
import { createLocalArtifactStore } from '../../../storage/artifacts/local-store.js';
import type { ArtifactStore } from '../../../storage/artifacts/port.js';
import { createHome } from '../../../storage/home/create-home.js';
import type { HomeLayout } from '../../../storage/home/layout.js';
import { newVersion, transition } from '../registry/sample-records.js';

/** rentals = 2 a + b (+ 1000 for the graph `linear-plus-1000`), with an hour as event time. */
export const LINEAR: ModelSignature = {
  task: 'regression',
  inputs: [
    { name: 'a', kind: 'number', nullable: false, tensor: 'numeric', index: 0 },
    { name: 'b', kind: 'integer', nullable: true, tensor: 'numeric', index: 1 },
  ],
  context: [{ name: 'hour', role: 'time', kind: 'timestamp' }],
  output: { name: 'rentals', kind: 'number' },
};

/** 'high' where a > 0, else 'low'. */
export const CLASSIFIER: ModelSignature = {
  task: 'classification',
  inputs: [{ name: 'a', kind: 'number', nullable: false, tensor: 'numeric', index: 0 }],
  context: [],
  output: { name: 'demand', kind: 'string', classes: ['low', 'high'] },
};

/** The model that tests register the classifier under. */
export const CLASSIFIED = 'demand-class';

export type Graph = 'linear' | 'linear-plus-1000' | 'classifier';

/** A state directory with a registry, as the worker would fill it. */
export interface World {
  readonly home: HomeLayout;
  readonly registry: RegistryWriter;
  readonly artifacts: ArtifactStore;
  /** Registers a version of this graph, made by a pipeline with this `serve` block; its number. */
  register(
    model: string,
    graph: Graph,
    signature?: ModelSignature,
    serve?: ServeSpec,
    features?: readonly FeatureUse[],
  ): Promise<number>;
  /** Moves the champion alias; `null` takes it away. */
  promote(model: string, version: number | null): Promise<void>;
  gateway(options?: Partial<GatewayOptions>): Promise<Gateway>;
}

/** Takes what is to be done at the end, last first. */
export type CleanUp = (work: () => Promise<void>) => void;

export async function createWorld(cleanUp: CleanUp = onTestFinished): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'millrace-gateway-'));
  cleanUp(() => rm(root, { recursive: true, force: true }));
  const home = await createHome(join(root, '.millrace'));
  const registry = await openRegistryWriter(home.registryFile);
  cleanUp(() => registry.close());
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  let registrations = 0;
  return {
    home,
    registry,
    artifacts,
    async register(
      model,
      graph,
      signature = graph === 'classifier' ? CLASSIFIER : LINEAR,
      serve,
      features,
    ) {
      const file = new URL(`../../fixtures/onnx/${graph}.onnx`, import.meta.url);
      const onnx = await artifacts.putBytes(await readFile(file), MEDIA_TYPE.onnx);
      const sample = newVersion(model);
      const plan = await artifacts.putJson({ name: 'sample', model, serve }, MEDIA_TYPE.plan);
      registrations += 1;
      const { version } = await registry.registerVersion(
        `run-${registrations}/register`,
        {
          ...sample,
          plan,
          content: {
            ...sample.content,
            onnx,
            signature,
            ...(features !== undefined && { features }),
          },
        },
        'test',
        'a version to serve',
      );
      return version;
    },
    async promote(model, version) {
      const number = (await registry.transitionNumber(model)) + 1;
      await registry.transition(transition(model, number, version));
    },
    async gateway(options = {}) {
      const gateway = await startGateway({
        home: home.root,
        port: 0,
        logger: pino({ level: 'silent' }),
        pollIntervalMs: 20,
        leaseIntervalMs: 50,
        ...options,
      });
      let closed = false;
      const close = async () => {
        if (closed) return;
        closed = true;
        await gateway.close();
      };
      cleanUp(close);
      return { ...gateway, close };
    },
  };
}

/** A world whose gateway serves version 1 of `bike-demand`. */
export async function servingLinear(options: Partial<GatewayOptions> = {}, cleanUp?: CleanUp) {
  const world = await createWorld(cleanUp);
  await world.promote('bike-demand', await world.register('bike-demand', 'linear'));
  const gateway = await world.gateway(options);
  await untilServed(gateway, 'bike-demand', 1);
  return { world, gateway, url: gateway.address };
}

/** One world for all the tests of a file. */
export function sharedWorld(prepare: (cleanUp: CleanUp) => Promise<void>): void {
  const cleanUps: (() => Promise<void>)[] = [];
  beforeAll(() => prepare((work) => cleanUps.push(work)));
  afterAll(async () => {
    for (const work of cleanUps.reverse()) await work();
  });
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the body
  readonly body: any;
}

export async function get(url: string, init: RequestInit = {}): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  };
}

export function post(url: string, body: unknown, type = 'application/json'): Promise<Answered> {
  return get(url, {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** An infer body of one row of the linear model. */
export function oneRow(a: number, b: number | null = 0, extra: object = {}) {
  return {
    inputs: [
      { name: 'a', shape: [1], datatype: 'FP64', data: [a] },
      { name: 'b', shape: [1], datatype: 'INT64', data: [b] },
    ],
    ...extra,
  };
}

/** Asks until the model answers with this version; the test's own timeout ends a wait in vain. */
export async function untilServed(
  { address }: Gateway,
  model: string,
  version: number,
): Promise<void> {
  for (;;) {
    const path = `${address}/models/${model}/invocations`;
    const { status, headers, body } = await post(path, {
      inputs: { a: [1], ...(model === CLASSIFIED ? {} : { b: [1] }) },
    });
    if (headers.get('x-millrace-version') === String(version)) return;
    if (![200, 404, 503].includes(status)) throw new Error(`${model} answers ${body.error}`);
  }
}
