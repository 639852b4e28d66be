import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type {
  JsonObject,
  RunPipelineInput,
  RunPipelineResult,
  StepRecord,
} from '../../../contracts/index.js';
import { type Ended, millrace } from '../../cli/millrace.js';
import type { StartOptions, TestStack } from '../../support/test-stack.js';
import { EXAMPLES, FILES } from './examples.js';

/** A run of an example that has ended. */
export interface Ran {
  readonly run: RunPipelineInput;
  readonly result: RunPipelineResult;
  step(id: string): StepRecord;
  values(id: string): JsonObject;
  /** How each step ended, by its id. */
  readonly status: { readonly [id: string]: string };
}

/** The pages' examples over a running stack, in whose directory they and their files lie. */
export interface Guide {
  readonly stack: TestStack;
  start(name: string, options?: StartOptions): Promise<RunPipelineInput>;
  ended(run: RunPipelineInput): Promise<Ran>;
  run(name: string, options?: StartOptions): Promise<Ran>;
  /** `millrace` as a user calls it, in that directory. */
  cli(...args: string[]): Promise<Ended>;
  /** Writes a file that the page speaks of and does not show. */
  write(file: string, text: string): void;
}

export function openGuide(stack: TestStack): Guide {
  const write = (file: string, text: string): void => {
    const path = join(stack.directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (const { file, text } of FILES) write(file, text);
  for (const { name, text } of EXAMPLES) write(`${name}.yaml`, text);

  const start: Guide['start'] = (name, options) => {
    const example = EXAMPLES.find((one) => one.name === name);
    if (example === undefined) throw new Error(`no page shows ${name}`);
    return stack.startRun(example.text, options);
  };
  const ended: Guide['ended'] = async (run) => {
    const result = await stack.result(run);
    const steps = await stack.registry.steps(run.runId);
    const step = (id: string): StepRecord => {
      const found = steps.find(({ stepId }) => stepId === id);
      if (found === undefined) throw new Error(`run ${run.pipeline} has no step ${id}`);
      return found;
    };
    return {
      run,
      result,
      step,
      values: (id) => step(id).outcome?.outputs.values ?? {},
      status: Object.fromEntries(steps.map(({ stepId, status }) => [stepId, status])),
    };
  };
  return {
    stack,
    start,
    ended,
    run: async (name, options) => ended(await start(name, options)),
    cli: (...args) =>
      millrace(args, {
        cwd: stack.directory,
        env: { MILLRACE_HOME: stack.home.root, TEMPORAL_ADDRESS: stack.server.address },
      }),
    write,
  };
}

/** What the page of an example says that happens. */
export type Account = (guide: Guide) => Promise<void>;

/** By the pipeline's name. */
export interface Accounts {
  readonly [name: string]: Account;
}
