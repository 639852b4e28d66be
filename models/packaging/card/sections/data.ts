import type {
  ArtifactRef,
  FeatureUse,
  JsonValue,
  TimeWindow,
} from '../../../../contracts/index.js';
import { type CardFacts, rowsOfSource, type SourceFacts } from '../card-facts.js';
import { defineSection, required } from '../card-section.js';
import { code, facts, plain, statements, table } from '../markdown.js';

interface Source {
  readonly step: string;
  readonly path: string;
  /** Of the file as the step read it. */
  readonly sha256: string;
  /** Event times and conditions that chose the rows, as the step was given them. */
  readonly selection: { readonly [name: string]: string };
  readonly rows: number | null;
}

interface Split {
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
}

interface Feature {
  readonly view: string;
  readonly columns: readonly string[];
  readonly entity: readonly string[];
  /** Of the definition that the version was trained with. */
  readonly hash: string;
}

interface Data {
  readonly said?: readonly string[];
  readonly sources: readonly Source[];
  /** Inputs that were joined from feature views; absent: none were. */
  readonly features?: readonly Feature[];
  /** `null`: none was given. */
  readonly training: Split | null;
  readonly holdout: Split | null;
  /** How the hold-out was chosen: `{share: 0.2}`, `{from: …}`. */
  readonly split: JsonValue;
  readonly timeColumn: string | null;
  /** First to last window of training data and hold-out. */
  readonly period: TimeWindow | null;
  /** Step → expectations that the data met. */
  readonly expectations: { readonly [step: string]: number };
}

const SELECTION = ['format', 'time', 'from', 'to', 'where', 'columns', 'exclude'] as const;

/** Where the data comes from, by content, and how it was split. */
export const data = defineSection<Data>({
  id: 'data',
  title: 'Data',
  read(known) {
    const { record, plan, profile } = known;
    const { evaluation, trainingData, trainingRows, timeColumn } = record.content;
    const said = plan?.card?.dataSources;
    const sources = known.sources.flatMap(sourcesOf);
    const features = (record.content.features ?? []).map(featureOf);
    return {
      content: {
        ...(said !== undefined && { said }),
        sources,
        ...(features.length > 0 && { features }),
        training: trainingData === null ? null : splitOf(trainingData, trainingRows),
        holdout: evaluation === null ? null : splitOf(evaluation.holdout, evaluation.rows),
        split: ruleOf(known),
        timeColumn,
        period: profile?.period ?? null,
        expectations: expectationsOf(known),
      },
      missing: [
        required(
          said === undefined && sources.length === 0,
          'data sources (an `ingest` step, or `card.dataSources`)',
        ),
        required(trainingRows === 0, 'its training data'),
        required(evaluation === null, 'a hold-out'),
      ],
    };
  },
  markdown: ({ said, sources, features = [], training, holdout, split, timeColumn, period }) => [
    ...facts([
      ['Said of it', statements(said)],
      [
        'Training data',
        training === null ? null : `${training.rows} rows, sha256 ${code(training.sha256)}`,
      ],
      [
        'Hold-out',
        holdout === null ? null : `${holdout.rows} rows, sha256 ${code(holdout.sha256)}`,
      ],
      ['Split', split === null ? null : code(JSON.stringify(split))],
      ['Event time', timeColumn === null ? null : code(timeColumn)],
      ['Period, in whole windows', period === null ? null : `${period.start} to ${period.end}`],
    ]),
    ...table(
      ['step', 'file', 'sha256', 'rows', 'selection'],
      sources.map(({ step, path, sha256, rows, selection }) => [
        plain(step),
        code(path),
        code(sha256),
        String(rows ?? 'not known'),
        Object.entries(selection)
          .map(([name, value]) => `${name} ${code(value)}`)
          .join(', '),
      ]),
    ),
    ...table(
      ['feature view', 'by', 'features', 'definition sha256'],
      features.map(({ view, entity, columns, hash }) => [
        plain(view),
        entity.map(code).join(', '),
        columns.map(code).join(', '),
        code(hash),
      ]),
    ),
  ],
});

function featureOf({ definition: { name, entity, hash }, columns }: FeatureUse): Feature {
  return { view: name, columns, entity, hash };
}

function sourcesOf(facts: SourceFacts): readonly Source[] {
  const { step, parts } = facts;
  const selection = Object.fromEntries(
    SELECTION.flatMap((name) => {
      const value = parts[`with.${name}`];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return Object.entries(parts).flatMap(([name, sha256]) =>
    name.startsWith('file:')
      ? [
          {
            step: step.stepId,
            path: name.slice('file:'.length),
            sha256,
            selection,
            rows: rowsOfSource(facts),
          },
        ]
      : [],
  );
}

function splitOf({ sha256, bytes }: ArtifactRef, rows: number): Split {
  return { sha256, bytes, rows };
}

/** What `validate` was told of the hold-out, as the plan has it. */
function ruleOf({ plan, steps }: CardFacts): JsonValue {
  for (const { stepId } of steps.filter(({ kind }) => kind === 'validate')) {
    const rule = plan?.steps.find(({ id }) => id === stepId)?.with['holdout'];
    if (rule !== undefined) return rule as JsonValue;
  }
  return null;
}

function expectationsOf({ plan, steps }: CardFacts): { readonly [step: string]: number } {
  return Object.fromEntries(
    steps.flatMap(({ stepId }) => {
      const expect = plan?.steps.find(({ id }) => id === stepId)?.with['expect'];
      return Array.isArray(expect) ? [[stepId, expect.length]] : [];
    }),
  );
}
