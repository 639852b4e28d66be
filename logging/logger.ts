import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { levelOf, parseLogLevels } from './levels.js';
import { createMasker, type Masker } from './masking.js';
import { prettyLine } from './pretty-line.js';

export { type TemporalLogger, temporalLogger } from './temporal-logger.js';

/** Fields that a line carries where they exist. */
export interface LogContext {
  readonly run?: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly model?: string;
  readonly version?: number;
  readonly prediction?: string;
}

export type Logger = PinoLogger;

export type { PinoLogger };

export interface LoggerOptions {
  /** Append to this file, as JSON, instead of standard error: for processes in the background. */
  readonly file?: string;
  /** Where lines go instead of standard error. */
  readonly destination?: DestinationStream;
  /** `pretty` for people, `json` for machines; by default, whether standard error is a terminal. */
  readonly format?: 'json' | 'pretty';
  /** Where `MILLRACE_LOG`, `NO_COLOR` and the secrets to mask are read; `process.env` by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * A logger for one room. Lines go to standard error, never to standard output, and each is written
 * when it is logged, so that a kill loses none. Secrets are masked.
 *
 * @param room - name by which `MILLRACE_LOG` sets its level
 * @throws MillraceError `InvalidInput` when `MILLRACE_LOG` cannot be read
 * @example createLogger('gateway').child({ model: 'bike-demand', version: 2 }).info('serving');
 */
export function createLogger(room: string, options: LoggerOptions = {}): Logger {
  const environment = options.environment ?? process.env;
  const masker = createMasker(environment);
  const logger = pino(
    {
      level: levelOf(room, parseLogLevels(environment['MILLRACE_LOG'])),
      base: { pid: process.pid, room },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
      },
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, maskedCall(args, masker));
        },
      },
    },
    destinationOf(options, environment),
  );
  // pino has no hook for the fields of a child. Children inherit this method from their parent.
  const { child } = logger;
  logger.child = function maskedChild(this: Logger, bindings, childOptions) {
    return child.call(this, masker.fields(bindings), childOptions) as ReturnType<typeof child>;
  } as typeof child;
  return logger;
}

/** A child whose lines carry this context; what is absent leaves the parent's as it is. */
export function withContext(logger: Logger, context: LogContext): Logger {
  return logger.child({ ...context });
}

type LogCall = [fields: Record<string, unknown>, message?: string, ...values: unknown[]];

/** Brings pino's three forms of a call, (message), (error) and (fields, message), to masked ones. */
function maskedCall(args: readonly unknown[], masker: Masker): LogCall {
  const [first, ...rest] = args;
  const given = typeof first === 'object' && first !== null;
  const [message, ...values] = given ? rest : args;
  const fields = first instanceof Error ? { err: first } : given ? first : {};
  const error = 'err' in fields ? fields.err : undefined;
  const text = message ?? (error instanceof Error ? error.message : undefined);
  const masked = masker.fields(fields);
  if (text === undefined) return [masked];
  const maskedValues = Object.values(masker.fields(values));
  return [masked, masker.text(String(text)), ...maskedValues];
}

function destinationOf(
  options: LoggerOptions,
  environment: Readonly<Record<string, string | undefined>>,
): DestinationStream {
  if (options.file !== undefined) {
    return pino.destination({ dest: options.file, mkdir: true, append: true, sync: true });
  }
  const stream = options.destination ?? pino.destination({ dest: 2, sync: true });
  const format = options.format ?? (process.stderr.isTTY ? 'pretty' : 'json');
  if (format === 'json') return stream;
  const colours = process.stderr.isTTY && (environment['NO_COLOR'] ?? '') === '';
  return { write: (line) => stream.write(prettyLine(line, colours)) };
}
