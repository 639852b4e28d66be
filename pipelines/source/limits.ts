import { Lexer } from 'yaml';
import type { IssueCode } from '../issue.js';

/** What a pipeline file may not exceed. A file of 1,000 steps stays far below all of them. */
export const LIMITS = {
  bytes: 1_048_576,
  depth: 48,
  /** Keys, items and scalars after aliases are followed: what an alias bomb multiplies. */
  nodes: 100_000,
  /** Of YAML: what the parser's time grows with, worse than linearly in broken text. */
  tokens: 100_000,
  /** Errors that are told at once. */
  issues: 100,
} as const;

export interface SourceFault {
  readonly code: IssueCode;
  readonly message: string;
  readonly offset: number;
  readonly hint?: string;
}

/**
 * Refuses text that would be dangerous or slow to parse, before it is parsed: the YAML parser itself
 * recurses, so nesting is estimated here by counting what opens a level.
 *
 * @returns the first fault, or `null`
 */
export function refuseHostileText(text: string): SourceFault | null {
  if (text.length > LIMITS.bytes) {
    return {
      code: 'too-large',
      message: `the file is larger than ${LIMITS.bytes / 1_024} KiB`,
      offset: 0,
    };
  }
  let flowDepth = 0;
  let lineDepth = 0;
  let startOfLine = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code < 0x20 && code !== TAB && code !== LF && code !== CR) || code === DEL) {
      const name = code.toString(16).toUpperCase().padStart(4, '0');
      return {
        code: 'syntax',
        message: `the control character U+${name} is not allowed`,
        offset: at,
        hint: 'write it as an escape in a double-quoted text',
      };
    }
    if (code === LF) {
      startOfLine = true;
      lineDepth = 0;
    } else if (startOfLine) {
      // `- - - x` opens a level with each dash.
      if (isIndicator(code) && isBlank(text.charCodeAt(at + 1))) lineDepth += 1;
      else if (!isBlank(code)) startOfLine = false;
    }
    if (code === OPEN_BRACKET || code === OPEN_BRACE) flowDepth += 1;
    else if ((code === CLOSE_BRACKET || code === CLOSE_BRACE) && flowDepth > 0) flowDepth -= 1;
    if (lineDepth > LIMITS.depth || flowDepth > LIMITS.depth * 4) {
      return { ...TOO_DEEP, offset: at };
    }
  }
  return tooManyTokens(text);
}

function tooManyTokens(text: string): SourceFault | null {
  // The lexer marks each token with at most one more: text this short cannot hold too many.
  if (text.length <= LIMITS.tokens / 2) return null;
  let count = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    offset += token.length;
    if (count > LIMITS.tokens) {
      const message = `the file has more than ${LIMITS.tokens} YAML tokens`;
      return { code: 'too-large', message, offset: Math.min(offset, text.length) };
    }
  }
  return null;
}

export const TOO_DEEP = {
  code: 'too-large',
  message: `the file is nested more than ${LIMITS.depth} levels deep`,
} as const satisfies Omit<SourceFault, 'offset'>;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const DEL = 0x7f;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** `-`, `?` and `:` at the start of a line open a block level when a blank follows. */
function isIndicator(code: number): boolean {
  return code === 0x2d || code === 0x3f || code === 0x3a;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === TAB;
}
