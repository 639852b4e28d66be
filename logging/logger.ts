import { type Logger as PinoLogger, pino } from 'pino';

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

export function createLogger(room: string): Logger {
  return pino({ name: room, level: 'info' }, pino.destination({ dest: 2, sync: false }));
}
