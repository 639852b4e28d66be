import { isRawObject, type RawObject } from '../compile/context.js';
import type { Finding } from '../issue.js';
import { suggestion } from '../nearest.js';
import type { SourceDocument } from '../source/document.js';
import { applyEnvironment, checkEnvironmentNames, environmentNames } from './environments.js';
import { checkEnvironmentValues } from './every-environment.js';
import { Origins } from './origins.js';
import { expandTemplates } from './templates.js';

export interface Expanded {
  /** Knows of each value where it was written. */
  readonly document: SourceDocument;
  /** Environments that the file declares. */
  readonly environments: readonly string[];
}

/**
 * The file with one environment laid over it and every step over its templates.
 *
 * @param environment - absent: the file by itself
 * @param report - told what is wrong with either
 * @param lenient - a file that does not declare the environment is taken by itself: one that another
 * file uses
 */
export function expandSource(
  document: SourceDocument,
  environment: string | undefined,
  lenient: boolean,
  report: (finding: Finding) => void,
): Expanded {
  const { value: source } = document;
  if (!isRawObject(source)) return { document, environments: [] };
  const origins = new Origins();
  const environments = environmentNames(source);
  checkEnvironmentNames(source, report);
  let file: RawObject = source;
  if (environment !== undefined) {
    if (environments.includes(environment)) {
      file = applyEnvironment(source, environment, origins, report);
    } else if (!lenient) report(noSuchEnvironment(environment, environments));
  }
  const expanded = expandTemplates(file, origins, report);
  checkEnvironmentValues(expanded, environments, report);
  return { document: document.derive(expanded, origins), environments };
}

function noSuchEnvironment(name: string, known: readonly string[]): Finding {
  return {
    path: ['environments'],
    at: 'key',
    code: 'unknown-name',
    message: `the file declares no environment ${name}`,
    hint: suggestion(name, known) ?? `declare it, if only as environments: {${name}: {}}`,
  };
}
