import { type ASTNode, ParseError } from '@marcbachmann/cel-js';
import { createEnvironment } from './environment.js';
import { ExpressionError } from './error.js';
import { quoteSelectors } from './selectors.js';
import { COMPREHENSIONS, FUNCTIONS, METHODS } from './vocabulary.js';

/** Longest expression, in UTF-16 units. */
export const MAX_EXPRESSION_LENGTH = 4_096;

const syntax = createEnvironment(true);

/**
 * Reads an expression and refuses what the language leaves out. Where it names items of a step, the
 * offsets of the nodes are those of {@link quoteSelectors}' text.
 *
 * @throws ExpressionError on a syntax error, an unknown function, a comprehension inside another
 */
export function parseExpression(source: string): ASTNode {
  if (source.trim() === '') throw new ExpressionError('the expression is empty', source);
  if (source.length > MAX_EXPRESSION_LENGTH) {
    throw new ExpressionError(
      `the expression has ${source.length} characters, more than ${MAX_EXPRESSION_LENGTH}`,
      source,
    );
  }
  const { text, sourceOffset } = quoteSelectors(source);
  let ast: ASTNode;
  try {
    ast = syntax.parse(text).ast;
  } catch (error) {
    if (error instanceof ParseError) {
      const offset = sourceOffset(error.range?.start ?? 0);
      throw new ExpressionError(lowerFirst(error.summary), source, offset);
    }
    throw new ExpressionError(error instanceof Error ? error.message : String(error), source);
  }
  refuseForeign(ast, source, false);
  return ast;
}

function refuseForeign(node: ASTNode, source: string, insideComprehension: boolean): void {
  if (node.op === 'call' && !FUNCTIONS.has(node.args[0])) {
    throw new ExpressionError(`unknown function ${node.args[0]}()`, source, node.start, CALLS_HINT);
  }
  let inside = insideComprehension;
  if (node.op === 'rcall') {
    const [method, , args] = node.args;
    const counts = METHODS.get(method);
    if (counts === undefined) {
      throw new ExpressionError(`unknown method .${method}()`, source, node.start, METHODS_HINT);
    }
    if (!counts.includes(args.length)) {
      throw new ExpressionError(
        `.${method}() takes ${counts.join(' or ')} argument(s), not ${args.length}`,
        source,
        node.start,
      );
    }
    if (COMPREHENSIONS.has(method)) {
      if (inside) {
        throw new ExpressionError(
          `.${method}() inside another comprehension is not allowed`,
          source,
          node.start,
          'work it out in a step and read its value',
        );
      }
      // The list itself is outside: `xs.filter(…).map(…)` is one after the other, not nested.
      refuseForeign(node.args[1], source, inside);
      for (const arg of args) refuseForeign(arg, source, true);
      return;
    }
    inside = insideComprehension;
  }
  if (node.op === 'value' && typeof node.args === 'number' && !Number.isFinite(node.args)) {
    throw new ExpressionError('the number is too large', source, node.start);
  }
  if (node.op === 'value' && typeof node.args === 'object' && node.args !== null) {
    throw new ExpressionError('bytes and unsigned integers are not values', source, node.start);
  }
  for (const child of children(node)) refuseForeign(child, source, inside);
}

const CALLS_HINT = `functions: ${[...FUNCTIONS].join(', ')}`;
const METHODS_HINT = `methods: ${[...METHODS.keys()].join(', ')}`;

/** The nodes directly below, in source order. */
export function children(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
