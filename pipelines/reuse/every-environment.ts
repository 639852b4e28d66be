import type { PipelineIssue } from '../issue.js';

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
