import { join } from 'node:path';

/** Where all that says who may call lives in the state directory. */
export interface AccessLayout {
  /** Tokens, rates: written by people; need not be there. */
  readonly settingsFile: string;
  /** `<id>.json`, one a key, so that no two writers meet in one file. */
  readonly keysDir: string;
  /** `<gateway id>.json`: when each key was last used there. */
  readonly usedDir: string;
  /** `<writer>.ndjson` and what was rotated out of it. */
  readonly auditDir: string;
  /** Keys for signals in the form of before there were others. */
  readonly signalKeysFile: string;
}

/** @param home - root of the state directory */
export function accessLayout(home: string): AccessLayout {
  const directory = join(home, 'access');
  return {
    settingsFile: join(home, 'access.json'),
    keysDir: join(directory, 'keys'),
    usedDir: join(directory, 'used'),
    auditDir: join(directory, 'audit'),
    signalKeysFile: join(home, 'signal-keys.json'),
  };
}
