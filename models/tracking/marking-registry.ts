import type { Logger } from '../../logging/logger.js';
import type { LifeBook } from '../registry/life/ports.js';
import type { RegistryWriter } from '../registry/ports.js';
import { type Subject, subjectText } from './subject.js';

/** Names of the methods that answer later. */
type Call<Port> = {
  [Name in keyof Port]: Port[Name] extends (...input: infer _Input) => Promise<unknown>
    ? Name
    : never;
}[keyof Port];

/** Which writes change what is mirrored, and what they change. */
type Changes<Port> = {
  readonly [Name in Call<Port>]?: Port[Name] extends (...input: infer Input) => Promise<unknown>
    ? (...input: Input) => Subject
    : never;
};

const REGISTRY: Changes<RegistryWriter> = {
  openRun: ({ runId }) => ({ kind: 'run', runId }),
  closeRun: (runId) => ({ kind: 'run', runId }),
  recordStep: ({ runId }) => ({ kind: 'run', runId }),
  completeStep: ({ runId }) => ({ kind: 'run', runId }),
  registerVersion: (_key, { model }) => ({ kind: 'model', model }),
  transition: ({ model }) => ({ kind: 'model', model }),
  recordMeasurement: ({ model, window }) => ({ kind: 'window', model, window }),
};

const LIFE: Changes<LifeBook> = {
  change: ({ model }) => ({ kind: 'model', model }),
  moveAlias: ({ model }) => ({ kind: 'model', model }),
  putTags: (_version, _tags, { model }) => ({ kind: 'model', model }),
};

/**
 * The same registry, which marks what each write changed for the tracker.
 *
 * A mark that cannot be made fails nobody's work: it is logged, and the next start of a worker finds
 * what is behind.
 *
 * @param target - which tracker: its name
 * @param changed - told of each mark, and whether nothing waited before it; must not throw
 */
export function markingRegistry(
  registry: RegistryWriter,
  target: string,
  changed: (wasEmpty: boolean) => void,
  logger: Logger,
): RegistryWriter {
  const mark = async (subject: Subject): Promise<void> => {
    try {
      changed(await registry.mirror.mark(target, [subjectText(subject)]));
    } catch (error) {
      const text = subjectText(subject);
      logger.warn({ err: error, subject: text }, 'could not be marked for the tracker');
    }
  };
  const life = marking(registry.life, LIFE, mark);
  return marking(registry, REGISTRY, mark, {
    life,
    async appendLedger(...entries) {
      await registry.appendLedger(...entries);
      const models = new Set(entries.map(({ model }) => model));
      for (const model of models) await mark({ kind: 'model', model });
    },
  });
}

function marking<Port extends object>(
  port: Port,
  changes: Changes<Port>,
  mark: (subject: Subject) => Promise<void>,
  instead: Partial<Port> = {},
): Port {
  return new Proxy(port, {
    get(_, name) {
      if (Object.hasOwn(instead, name)) return Reflect.get(instead, name);
      const member: unknown = Reflect.get(port, name, port);
      if (typeof member !== 'function') return member;
      const change: unknown = Object.hasOwn(changes, name) ? Reflect.get(changes, name) : null;
      if (typeof change !== 'function') return member.bind(port);
      return async (...input: unknown[]) => {
        const result: unknown = await member.apply(port, input);
        await mark(change(...input));
        return result;
      };
    },
  });
}
