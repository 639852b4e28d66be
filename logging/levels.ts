import { MillraceError } from '../contracts/index.js';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

/** The level of each room that has its own, and of all others. */
export interface LogLevels {
  readonly others: LogLevelName;
  readonly rooms: ReadonlyMap<string, LogLevelName>;
}

const HINT = `write it like MILLRACE_LOG=info,gateway=debug,registry=warn; levels are ${LOG_LEVELS.join(', ')}`;

/**
 * Reads the value of `MILLRACE_LOG`: one level for all rooms and `room=level` for single ones, in
 * any order, separated by commas. Absent or empty is `info`.
 *
 * @throws MillraceError `InvalidInput` that names the part which is wrong
 * @example parseLogLevels('warn,gateway=debug'); // gateway at debug, all others at warn
 */
export function parseLogLevels(text: string | undefined): LogLevels {
  const rooms = new Map<string, LogLevelName>();
  let others: LogLevelName | null = null;
  for (const part of (text ?? '').split(',').map((piece) => piece.trim())) {
    if (part === '') continue;
    const [, room, name = ''] = /^(?:([^=]*)=)?(.*)$/.exec(part) ?? [];
    const level = LOG_LEVELS.find((known) => known === name.trim().toLowerCase());
    if (level === undefined) throw refuse(part, `"${name}" is not a level`);
    if (room === undefined) {
      if (others !== null) throw refuse(part, 'a level for all rooms is given twice');
      others = level;
    } else {
      const key = room.trim();
      if (!/^[a-z0-9]+([-/][a-z0-9]+)*$/.test(key)) throw refuse(part, `"${key}" is not a room`);
      if (rooms.has(key)) throw refuse(part, `room ${key} is given twice`);
      rooms.set(key, level);
    }
  }
  return { others: others ?? 'info', rooms };
}

export function levelOf(room: string, levels: LogLevels): LogLevelName {
  return levels.rooms.get(room) ?? levels.others;
}

function refuse(part: string, why: string): MillraceError {
  return new MillraceError('InvalidInput', `MILLRACE_LOG: ${why} (in "${part}")`, HINT);
}
