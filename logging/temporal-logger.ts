import type { Logger } from './logger.js';

type TemporalLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
type TemporalMetadata = Readonly<Record<string | symbol, unknown>>;
type Emit = (message: string, metadata?: TemporalMetadata) => void;

/** The shape that `Runtime.install({ logger })` of `@temporalio/worker` asks for. */
export interface TemporalLogger {
  log(level: TemporalLevel, message: string, metadata?: TemporalMetadata): void;
  readonly trace: Emit;
  readonly debug: Emit;
  readonly info: Emit;
  readonly warn: Emit;
  readonly error: Emit;
}

const LEVEL = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const;

/** Warnings about what is so by design: a worker of steps has neither workflows nor Nexus services. */
const EXPECTED = /^No (workflows|Nexus services|activities) registered/;

/**
 * Sends Temporal's own log through ours, with our names for what its metadata tells.
 *
 * @example Runtime.install({ logger: temporalLogger(createLogger('temporal')) });
 */
export function temporalLogger(logger: Logger): TemporalLogger {
  const emit =
    (level: (typeof LEVEL)[TemporalLevel]): Emit =>
    (message, metadata) => {
      const at = EXPECTED.test(message) ? 'debug' : level;
      if (logger.isLevelEnabled(at)) logger[at](ourFields(metadata ?? {}), '%s', message);
    };
  return {
    log: (level, message, metadata) => emit(LEVEL[level] ?? 'info')(message, metadata),
    trace: emit('trace'),
    debug: emit('debug'),
    info: emit('info'),
    warn: emit('warn'),
    error: emit('error'),
  };
}

/** Temporal's `runId` is not a run of ours: ours is the last part of a pipeline's workflow id. */
function ourFields(metadata: TemporalMetadata): Record<string, unknown> {
  const { runId, error, ...fields } = metadata;
  const [kind, name, run] = String(metadata['workflowId'] ?? '').split('/');
  return {
    ...fields,
    ...(kind === 'pipeline' && run !== undefined ? { run } : {}),
    ...((kind === 'model' || kind === 'monitor') && name !== undefined ? { model: name } : {}),
    ...(runId === undefined ? {} : { temporalRunId: runId }),
    ...(error === undefined ? {} : { err: error }),
  };
}
