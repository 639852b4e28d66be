/** What kind of thing is wrong; stable, for tools. */
export type IssueCode =
  | 'unreadable'
  | 'too-large'
  | 'syntax'
  | 'forbidden-key'
  | 'duplicate-key'
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-type'
  | 'bad-value'
  | 'out-of-range'
  | 'bad-name'
  | 'bad-expression'
  | 'unknown-name'
  | 'type-mismatch'
  | 'unknown-step'
  | 'cycle'
  | 'unsafe-command'
  | 'misplaced';

/** One thing that is wrong with a pipeline file, and where. */
export interface PipelineIssue {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** Where in the document: `steps.train.with.depth`, `steps.validate.with.expect[0]`. */
  readonly path: string;
  readonly code: IssueCode;
  /** The offending text. */
  readonly text: string;
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
}

export type DocumentPath = readonly (string | number)[];

/** An issue before it is placed in the file. */
export interface Finding {
  readonly path: DocumentPath;
  /** Whether the key or its value is wrong. */
  readonly at: 'key' | 'value';
  readonly code: IssueCode;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Part of a text that is wrong: offset in the decoded text, and the part itself. */
  readonly part?: { readonly offset: number; readonly text: string } | undefined;
}

/** @example formatPath(['steps', 'a', 'with', 'expect', 0]); // 'steps.a.with.expect[0]' */
export function formatPath(path: DocumentPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** Characters of one word, and of a sentence: what a file says and an issue quotes may be a megabyte. */
const LONGEST_WORD = 200;
const LONGEST_SENTENCE = 2_000;

/** A sentence in which no name or value is longer than anybody reads. */
export function inShort(sentence: string): string {
  if (sentence.length <= LONGEST_WORD) return sentence;
  const words = sentence.replace(/\S{201,}/g, (word) => cut(word, LONGEST_WORD));
  return cut(words, LONGEST_SENTENCE);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
