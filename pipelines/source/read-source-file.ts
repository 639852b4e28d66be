import { readFileSync, statSync } from 'node:fs';
import type { PipelineIssue } from '../issue.js';
import { LIMITS } from './limits.js';

export type SourceText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly issue: PipelineIssue };

/**
 * The text of a file that another one names, read at once: compiling waits for nothing.
 *
 * @param path - where it is
 * @param shown - as the issue names it
 */
export function readSourceFile(path: string, shown: string): SourceText {
  const unreadable = (message: string, hint: string): SourceText => {
    const place = { file: shown, line: 1, column: 1, path: '', text: '' };
    return { ok: false, issue: { ...place, code: 'unreadable', message, hint } };
  };
  let bytes: Buffer;
  try {
    if (statSync(path).size > LIMITS.bytes) {
      return unreadable(`the file is larger than ${LIMITS.bytes / 1_024} KiB`, 'split it');
    }
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return code === 'ENOENT'
      ? unreadable(`there is no file ${shown}`, 'check the path')
      : unreadable(`the file cannot be read (${code})`, 'check that it is a file you may read');
  }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return unreadable('the file is not UTF-8 text', 'save it as UTF-8');
  }
}
