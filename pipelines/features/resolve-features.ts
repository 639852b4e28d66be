import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import type {
  FeatureDefinition,
  FeatureUse,
  FeatureView,
  StepKind,
  Template,
} from '../../contracts/index.js';
import type { StepDraft } from '../compile/steps.js';
import type { DocumentPath, Finding, PipelineIssue } from '../issue.js';
import { suggestion } from '../nearest.js';
import { type CompiledFeatures, parseFeatureFile } from './compile-features.js';

/** Kinds of steps that name feature views. */
const KINDS: readonly StepKind[] = ['features', 'materialize'];

export interface FeatureContext {
  /** The pipeline file, as errors name it. */
  readonly file: string;
  /** Of the pipeline file. */
  readonly baseDirectory: string;
  readonly report: (finding: Finding) => void;
  /** Takes what is wrong in the file of features itself. */
  readonly add: (issues: readonly PipelineIssue[]) => void;
}

/**
 * Puts the definitions of the views that a step names in the place of their names: the plan is
 * frozen with them, whatever becomes of the file.
 */
export function resolveFeatures(
  drafts: readonly StepDraft[],
  context: FeatureContext,
  baseOf: (draft: StepDraft, index: number) => DocumentPath = ({ id }) => ['steps', id],
): readonly StepDraft[] {
  const files = new Map<string, CompiledFeatures>();
  return drafts.map((draft, index) => {
    const base = [...baseOf(draft, index), 'with'];
    const { from, views, ...others } = draft.with;
    if (!KINDS.includes(draft.kind) || typeof from !== 'string') return draft;
    if (!Array.isArray(views)) return draft;
    let file = files.get(from);
    if (file === undefined) {
      const shown = isAbsolute(from) ? from : join(dirname(context.file), from);
      file = parseFeatureFile(resolve(context.baseDirectory, from), shown);
      files.set(from, file);
      if (!file.ok) reportFile(base, from, file.errors, context);
    }
    if (!file.ok) return draft;
    const names = views.map((name: Template) => (typeof name === 'string' ? name : ''));
    const uses = usesOf(base, names, file.views, context.report);
    const moved = uses.map((use) => ({ ...use, definition: relocate(use.definition, from) }));
    if (draft.kind === 'features') refuseClashes(base, uses, context.report);
    return { ...draft, with: { ...others, features: moved as unknown as Template } };
  });
}

/** The same of the steps that follow the end of a run, by when they do. */
export function resolveHookFeatures<When extends string>(
  hooks: { readonly [key in When]: readonly StepDraft[] },
  context: FeatureContext,
): { readonly [key in When]: readonly StepDraft[] } {
  const lists = Object.entries<readonly StepDraft[]>(hooks).map(([when, drafts]) => [
    when,
    resolveFeatures(drafts, context, (_, index) => [when, index]),
  ]);
  return Object.fromEntries(lists);
}

/** A file that is not there is the pipeline's mistake, what is wrong inside it its own. */
function reportFile(
  base: DocumentPath,
  from: string,
  errors: readonly PipelineIssue[],
  { report, add }: FeatureContext,
): void {
  const [first] = errors;
  if (first?.code !== 'unreadable') {
    add(errors);
    return;
  }
  const path = [...base, 'from'];
  const { message, hint } = first;
  report({ path, at: 'value', code: 'unreadable', message: `${from}: ${message}`, hint });
}

function usesOf(
  base: DocumentPath,
  names: readonly string[],
  views: readonly FeatureView[],
  report: (finding: Finding) => void,
): readonly FeatureUse[] {
  const wanted = new Map<FeatureView, Set<string>>();
  names.forEach((name, index) => {
    const path: DocumentPath = [...base, 'views', index];
    const unknown = (message: string, hint: string | undefined): void =>
      report({ path, at: 'value', code: 'unknown-name', message, hint });
    const [viewName = '', ...rest] = name.split(':');
    const view = views.find((candidate) => candidate.name === viewName);
    if (view === undefined) {
      unknown(`there is no feature view ${viewName}`, nearest(viewName, views));
      return;
    }
    const columns = view.columns.map((column) => column.name);
    const [column] = rest.length === 0 ? [undefined] : [rest.join(':')];
    if (column !== undefined && !columns.includes(column)) {
      unknown(`${viewName} has no feature ${column}`, suggestion(column, columns));
      return;
    }
    const kept = wanted.get(view) ?? new Set();
    for (const one of column === undefined ? columns : [column]) kept.add(one);
    wanted.set(view, kept);
  });
  return [...wanted].map(([view, columns]) => ({
    definition: definitionOf(view),
    columns: [...columns].sort(),
  }));
}

function nearest(name: string, views: readonly FeatureView[]): string | undefined {
  return suggestion(
    name,
    views.map((view) => view.name),
  );
}

/** Without what people say of it: that changes no value, so it changes no plan. */
export function definitionOf(view: FeatureView): FeatureDefinition {
  const { name, entity, timestamp, source, columns, ttlMs, hash } = view;
  return { name, entity, timestamp, source, columns, ttlMs, hash };
}

/** Paths from the pipeline's directory, where they stand from the directory of the features' file. */
export function relocate(definition: FeatureDefinition, from: string): FeatureDefinition {
  const directory = dirname(from);
  const files = definition.source.files.map(({ name, path }) => ({
    name,
    path: isAbsolute(path) ? path : normalize(join(directory, path)).replaceAll('\\', '/'),
  }));
  return { ...definition, source: { ...definition.source, files } };
}

/** Two views cannot give one column. */
function refuseClashes(
  base: DocumentPath,
  uses: readonly FeatureUse[],
  report: (finding: Finding) => void,
): void {
  const giver = new Map<string, string>();
  for (const { definition, columns } of uses) {
    for (const column of columns) {
      const other = giver.get(column);
      if (other !== undefined) {
        report({
          path: [...base, 'views'],
          at: 'value',
          code: 'bad-value',
          message: `both ${other} and ${definition.name} give ${column}`,
          hint: `name single features, such as ${other}:${column}`,
        });
      }
      giver.set(column, definition.name);
    }
  }
}
