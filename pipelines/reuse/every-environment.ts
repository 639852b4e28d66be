import type { JsonValue } from '../../contracts/index.js';
import type { Finding, PipelineIssue } from '../issue.js';
import { LIMITS } from '../source/limits.js';
import { nodesOf } from '../source/nodes-of.js';

type Compiled =
  | { readonly ok: true }
  | { readonly ok: false; readonly errors: readonly PipelineIssue[] };

/**
 * What is wrong with a file in one of its environments and not in itself: told when the file is
 * checked, not when it is to run there.
 */
export function issuesOfEnvironments(
  names: readonly string[],
  compile: (environment: string) => Compiled,
): readonly PipelineIssue[] {
  return names.flatMap((name) => {
    const compiled = compile(name);
    if (compiled.ok) return [];
    return compiled.errors.map((issue) => ({ ...issue, message: `${issue.message} (in ${name})` }));
  });
}

/** Each is compiled when the file is checked, so together they have a bound. */
export function checkEnvironmentValues(
  source: JsonValue,
  environments: readonly string[],
  report: (finding: Finding) => void,
): void {
  const { length } = environments;
  if (length < 2 || nodesOf(source) * length <= LIMITS.nodes) return;
  report({
    path: ['environments'],
    at: 'key',
    code: 'too-large',
    message: `the file holds more than ${LIMITS.nodes} values in its ${length} environments together`,
    hint: 'take environments away, or let steps be a pipeline of their own',
  });
}
