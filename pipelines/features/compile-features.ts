import type { FeatureView } from '../../contracts/index.js';
import { isRawObject } from '../compile/context.js';
import type { Finding, PipelineIssue } from '../issue.js';
import { findingsOf } from '../schema/findings.js';
import { describe } from '../schema/scalars.js';
import { readDocument } from '../source/read-document.js';
import { readSourceFile } from '../source/read-source-file.js';
import { buildView } from './build-view.js';
import { type FeatureFileSource, featureFileSchema } from './feature-schema.js';

export type CompiledFeatures =
  | { readonly ok: true; readonly views: readonly FeatureView[] }
  | { readonly ok: false; readonly errors: readonly PipelineIssue[] };

/**
 * Compiles a file of feature views, or says everything that is wrong with it at once.
 *
 * @param text - the file's content
 * @param file - as errors name it
 * @returns views in the file's order; their paths are relative to the file's directory
 */
export function compileFeatures(text: string, file: string): CompiledFeatures {
  const { document, issues } = readDocument(text, file);
  if (document === null) return { ok: false, errors: issues };
  const source = document.value;
  if (!isRawObject(source)) {
    const message = `a file of features is a mapping, this is ${source === null ? 'empty' : describe(source)}`;
    const hint = 'begin with apiVersion: millrace/v1';
    const issue = document.issue({ path: [], at: 'value', code: 'wrong-type', message, hint });
    return { ok: false, errors: [...issues, issue] };
  }
  const parsed = featureFileSchema.safeParse(source);
  const findings = [
    ...findingsOf(parsed.error?.issues ?? [], source, []),
    ...(parsed.success ? clashes(parsed.data) : []),
  ];
  const errors = [...issues, ...findings.map((finding) => document.issue(finding))];
  if (errors.length > 0 || !parsed.success) {
    return { ok: false, errors: errors.sort((a, b) => a.line - b.line || a.column - b.column) };
  }
  const views = Object.entries(parsed.data.features).map(([name, view]) => buildView(name, view));
  return { ok: true, views };
}

/** Reads and compiles a file of feature views; one that cannot be read is an issue too. */
export function parseFeatureFile(path: string, shown: string = path): CompiledFeatures {
  const read = readSourceFile(path, shown);
  return read.ok ? compileFeatures(read.text, shown) : { ok: false, errors: [read.issue] };
}

/** A column has one part in a view: key, time or feature. */
function clashes({ features }: FeatureFileSource): readonly Finding[] {
  return Object.entries(features).flatMap(([name, view]) => {
    const keys = typeof view.entity === 'string' ? [view.entity] : view.entity;
    const findings: Finding[] = [];
    const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
    if (twice !== -1) {
      findings.push({
        path: ['features', name, 'entity', twice],
        at: 'value',
        code: 'bad-value',
        message: `the entity names ${keys[twice]} twice`,
      });
    }
    if (keys.includes(view.timestamp)) {
      findings.push({
        path: ['features', name, 'timestamp'],
        at: 'value',
        code: 'bad-value',
        message: `${view.timestamp} is the key of the entity, so it cannot be the time`,
        hint: 'name the column that says from when on a row was known',
      });
    }
    for (const column of Object.keys(view.features)) {
      if (!keys.includes(column) && column !== view.timestamp) continue;
      findings.push({
        path: ['features', name, 'features', column],
        at: 'key',
        code: 'bad-name',
        message: `${column} is the ${column === view.timestamp ? 'time' : 'key of the entity'}, so it is no feature`,
        hint: 'take it out of features:',
      });
    }
    return findings;
  });
}
