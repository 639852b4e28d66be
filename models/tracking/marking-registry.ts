import type { Logger } from '../../logging/logger.js';
import type { RegistryWriter } from '../registry/ports.js';
import { type Subject, subjectText } from './subject.js';

type Write = {
  [Name in keyof RegistryWriter]: RegistryWriter[Name] extends (
    ...input: infer _Input
  ) => Promise<unknown>
    ? Name
    : never;
}[keyof RegistryWriter];

/** What each write changes of what is mirrored. */
const CHANGES: {
  readonly [Name in Write]?: (...input: Parameters<RegistryWriter[Name]>) => Subject;
} = {
  openRun: ({ runId }) => ({ kind: 'run', runId }),
  closeRun: (runId) => ({ kind: 'run', runId }),
  recordStep: ({ runId }) => ({ kind: 'run', runId }),
  completeStep: ({ runId }) => ({ kind: 'run', runId }),
  registerVersion: (_key, { model }) => ({ kind: 'model', model }),
  transition: ({ model }) => ({ kind: 'model', model }),
  recordMeasurement: ({ model, window }) => ({ kind: 'window', model, window }),
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
      logger.warn(
        { err: error, subject: subjectText(subject) },
        'could not be marked for the tracker',
      );
    }
  };
  return new Proxy(registry, {
    get(_, name) {
      const member: unknown = Reflect.get(registry, name, registry);
      if (typeof member !== 'function') return member;
      const change = Object.hasOwn(CHANGES, name)
        ? (CHANGES[name as Write] as ((...input: unknown[]) => Subject) | undefined)
        : undefined;
      if (change === undefined) return member.bind(registry);
      return async (...input: unknown[]) => {
        const result: unknown = await member.apply(registry, input);
        await mark(change(...input));
        return result;
      };
    },
  });
}
