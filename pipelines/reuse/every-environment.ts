import type { Finding, PipelineIssue } from '../issue.js';
import type { SourceDocument } from '../source/document.js';
import { LIMITS } from '../source/limits.js';
import { nodesOf } from '../source/nodes-of.js';

type Compiled =
  | { readonly ok: true }
  | { readonly ok: false; readonly errors: readonly PipelineIssue[] };

/**
 * What is wrong with a file in one of its environments and not in itself: told when the file is
 * checked, not when it is to run there. Each is compiled, so together they have a bound.
 */
export function issuesOfEnvironments(
  document: SourceDocument,
  names: readonly string[],
  compile: (environment: string) => Compiled,
): readonly PipelineIssue[] {
  if (names.length > 1 && nodesOf(document.value) * names.length > LIMITS.nodes) {
    return [document.issue(tooManyValues(names.length))];
  }
  return names.flatMap((name) => {
    const compiled = compile(name);
    if (compiled.ok) return [];
    return compiled.errors.map((issue) => ({ ...issue, message: `${issue.message} (in ${name})` }));
  });
}

function tooManyValues(environments: number): Finding {
  return {
    path: ['environments'],
    at: 'key',
    code: 'too-large',
    message: `the file holds more than ${LIMITS.nodes} values in its ${environments} environments together`,
    hint: 'take environments away, or let steps be a pipeline of their own',
  };
}
