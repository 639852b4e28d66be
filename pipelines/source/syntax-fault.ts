import type { YAMLError } from 'yaml';
import type { IssueCode } from '../issue.js';
import { TOO_DEEP } from './limits.js';

/** The YAML parser's complaint in our words, with what would be right where that is known. */
export function syntaxFault(error: YAMLError): {
  readonly code: IssueCode;
  readonly message: string;
  readonly hint?: string;
} {
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
