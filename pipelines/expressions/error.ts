/**
 * Thrown when an expression cannot be read or evaluated. The message is one sentence without the
 * expression; `expression` and `offset` say where it stands.
 */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** What was wrong, without the expression's text. */
  readonly problem: string;

  constructor(
    problem: string,
    /** The whole expression. */
    readonly expression: string,
    /** Where in `expression` the problem stands, in UTF-16 units from 0. */
    readonly offset = 0,
    readonly hint?: string,
  ) {
    super(`${problem} in \${${shorten(expression)}}`);
    this.problem = problem;
  }
}

function shorten(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 117)}…`;
}
