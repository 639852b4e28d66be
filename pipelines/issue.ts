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
