import type { YAMLError } from 'yaml';
import type { IssueCode } from '../issue.js';
import { TOO_DEEP } from './limits.js';

interface SyntaxFault {
  readonly code: IssueCode;
  readonly message: string;
  readonly hint?: string;
  readonly span: { readonly start: number; readonly end: number };
}

const MAX_SYNTAX_FAULTS = 20;

/**
 * What the YAML parser complains of, in our words.
 *
 * @param text - the whole file
 */
export function syntaxFaults(errors: readonly YAMLError[], text: string): readonly SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  for (const error of errors.slice(0, MAX_SYNTAX_FAULTS)) {
    const [start, end] = error.pos;
    // Its brace opens a mapping: whatever comes then is a consequence.
    if (text.startsWith('${', start - 1)) return [...faults, unquoted(start - 1, end)];
    faults.push({ ...inOurWords(error), span: { start, end } });
  }
  return faults;
}

function unquoted(start: number, end: number): SyntaxFault {
  const message = 'an expression within { … } or [ … ] stands in quotes';
  const hint = 'write "${…}" with the quotes, or each value on a line of its own';
  return { code: 'syntax', message, hint, span: { start, end } };
}

/** With what would be right where that is known. */
function inOurWords(error: YAMLError): Omit<SyntaxFault, 'span'> {
  switch (error.code) {
    case 'RESOURCE_EXHAUSTION':
      return TOO_DEEP;
    case 'TAG_RESOLVE_FAILED':
      return { code: 'syntax', message: 'tags (!…) are not allowed', hint: 'remove the tag' };
    case 'MULTIPLE_DOCS':
      return {
        code: 'syntax',
        message: 'the file holds several YAML documents (---)',
        hint: 'one file is one pipeline',
      };
    case 'TAB_AS_INDENT':
      return {
        code: 'syntax',
        message: 'a tab is used as indentation',
        hint: 'indent with spaces',
      };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        code: 'syntax',
        message: 'a second `: ` in one line',
        hint: 'quote the text that holds the colon, or put the mapping on lines of its own',
      };
    default:
      return { code: 'syntax', message: `not valid YAML: ${error.message}` };
  }
}
