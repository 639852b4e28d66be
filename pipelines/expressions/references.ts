import type { ASTNode } from '@marcbachmann/cel-js';
import { children, parseExpression } from './parse.js';
import { COMPREHENSIONS } from './vocabulary.js';

/** One rooted name that an expression uses. */
export interface Reference {
  /** `steps.train.metrics.mae` as its parts; as deep as it is written with plain names. */
  readonly path: readonly string[];
  /** Offset of the root in the expression. */
  readonly offset: number;
  /** End of the last part, exclusive. */
  readonly end: number;
  /** Only asked for by `has(…)`: the last part may be missing. */
  readonly asked: boolean;
}

/**
 * The rooted names that an expression uses, each once per place, in source order. Variables of
 * comprehensions are not among them.
 *
 * @throws ExpressionError when the expression cannot be read
 * @example references('steps.a.rows > params.min'); // [['steps', 'a', 'rows'], ['params', 'min']]
 */
export function references(source: string): readonly (readonly string[])[] {
  return referencesOf(parseExpression(source)).map((reference) => reference.path);
}

export function referencesOf(ast: ASTNode): readonly Reference[] {
  const found: Reference[] = [];
  visit(ast, new Set(), false, found);
  return found;
}

function visit(
  node: ASTNode,
  bound: ReadonlySet<string>,
  asked: boolean,
  found: Reference[],
): void {
  const path = pathOf(node);
  if (path !== null) {
    const root = path[0];
    if (root !== undefined && !bound.has(root)) {
      found.push({ path, offset: node.start, end: node.end, asked });
    }
    return;
  }
  if (node.op === 'call' && node.args[0] === 'has') {
    for (const arg of node.args[1]) visit(arg, bound, true, found);
    return;
  }
  if (node.op === 'rcall' && COMPREHENSIONS.has(node.args[0])) {
    const [, list, [variable, ...bodies]] = node.args;
    visit(list, bound, false, found);
    const inner = new Set(bound);
    if (variable?.op === 'id') inner.add(variable.args);
    for (const body of bodies) visit(body, inner, false, found);
    return;
  }
  for (const child of children(node)) visit(child, bound, asked && isAccess(node), found);
}

function isAccess(node: ASTNode): boolean {
  return node.op === '.' || node.op === '[]';
}

/** The names of `a.b["c"]`, or `null` when the node is not a plain path. */
export function pathOf(node: ASTNode): readonly string[] | null {
  const reversed: string[] = [];
  let current = node;
  for (;;) {
    if (current.op === 'id') return [...reversed, current.args].reverse();
    if (current.op === '.') {
      reversed.push(current.args[1]);
      current = current.args[0];
    } else if (
      current.op === '[]' &&
      current.args[1].op === 'value' &&
      typeof current.args[1].args === 'string'
    ) {
      reversed.push(current.args[1].args);
      current = current.args[0];
    } else if (isItemNumber(current)) {
      reversed.push(String(current.args[1].args));
      current = current.args[0];
    } else return null;
  }
}

/** `steps.train[3]`: the one place where a number stands for a name. */
export function isItemNumber(node: ASTNode): node is ASTNode & { readonly op: '[]' } {
  if (node.op !== '[]' || node.args[1].op !== 'value') return false;
  if (typeof node.args[1].args !== 'bigint') return false;
  const owner = pathOf(node.args[0]);
  return owner?.length === 2 && owner[0] === 'steps';
}
