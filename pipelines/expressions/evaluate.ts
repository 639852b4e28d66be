import { EvaluationError } from '@marcbachmann/cel-js';
import type { JsonValue } from '../../contracts/index.js';
import { toDialect } from './dialect.js';
import { createEnvironment } from './environment.js';
import { ExpressionError } from './error.js';
import { explain } from './explain.js';
import { type ItemReference, itemReferences } from './items.js';
import { parseExpression } from './parse.js';
import { referencesOf } from './references.js';
import { celContext, type ExpressionScope, toJson } from './scope.js';
import { quoteSelectors } from './selectors.js';

const environment = createEnvironment(true);

interface Compiled {
  readonly run: (context: Record<string, unknown>) => unknown;
  readonly items: readonly ItemReference[];
}

/** Expressions of one run are few and evaluated often; the oldest leave first. */
const compiled = new Map<string, Compiled>();
const COMPILED_LIMIT = 500;

/**
 * The value of an expression.
 *
 * Numbers are of one kind: `7 / 2` is 3.5 and `params.trees / 2` too where `trees` is 7; `int(…)` cuts
 * the fraction off. Times are UTC; `timestamp(…)` reads every form of a `date` parameter, `duration(…)`
 * reads `90s`, `4320h`, `7d`. Results: a time is RFC 3339 text (a midnight its date), a duration text
 * such as `4320h`.
 *
 * @throws ExpressionError when it cannot be read, a name is missing, types do not fit, a number is not finite
 * @example evaluateExpression('params.trees * 2', { params: { trees: 100 } }); // 200
 */
export function evaluateExpression(source: string, scope: ExpressionScope): JsonValue {
  const { run, items } = compile(source);
  try {
    return toJson(run(celContext(scope, items)));
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    throw new ExpressionError(error instanceof Error ? error.message : String(error), source);
  }
}

/**
 * The truth of a condition.
 *
 * @throws ExpressionError as {@link evaluateExpression}, and when the value is not true or false
 */
export function evaluateCondition(source: string, scope: ExpressionScope): boolean {
  const value = evaluateExpression(source, scope);
  if (typeof value !== 'boolean') {
    throw new ExpressionError(
      `the condition is ${JSON.stringify(value)}, not true or false`,
      source,
    );
  }
  return value;
}

function compile(source: string): Compiled {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const ast = parseExpression(source);
  const dialect = toDialect(ast);
  const { sourceOffset } = quoteSelectors(source);
  const run = environment.parse(dialect.text);
  const evaluate: Compiled['run'] = (context) => {
    try {
      return run(context);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      const { message, hint } = explain(error.summary);
      const offset = sourceOffset(dialect.sourceOffset(error.range?.start ?? 0));
      throw new ExpressionError(message, source, offset, hint);
    }
  };
  if (compiled.size >= COMPILED_LIMIT) {
    const oldest = compiled.keys().next().value;
    if (oldest !== undefined) compiled.delete(oldest);
  }
  const made = { run: evaluate, items: itemReferences(referencesOf(ast)) };
  compiled.set(source, made);
  return made;
}
