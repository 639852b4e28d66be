import { SEARCH_ATTRIBUTES } from './names.js';
import type { RunPipelineInput } from './run.js';

/** One keyword attribute in the shape that Temporal's clients take. */
export interface KeywordAttribute {
  readonly key: { readonly name: string; readonly type: 'KEYWORD' };
  readonly value: string;
}

/** Attributes by which Temporal's own UI finds a run. */
export function runSearchAttributes(run: RunPipelineInput): KeywordAttribute[] {
  const attributes: KeywordAttribute[] = [
    keyword(SEARCH_ATTRIBUTES.pipeline, run.pipeline),
    keyword(SEARCH_ATTRIBUTES.runId, run.runId),
    keyword(SEARCH_ATTRIBUTES.trigger, run.trigger.kind),
  ];
  if (run.model !== null) attributes.push(keyword(SEARCH_ATTRIBUTES.model, run.model));
  return attributes;
}

/** Attributes of the workflows that belong to a model. */
export function modelSearchAttributes(model: string): KeywordAttribute[] {
  return [keyword(SEARCH_ATTRIBUTES.model, model)];
}

function keyword(name: string, value: string): KeywordAttribute {
  return { key: { name, type: 'KEYWORD' }, value };
}
