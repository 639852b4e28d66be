import type { JsonValue } from '../../contracts/index.js';
import { comparePlans, type PlanDifference } from '../../pipelines/reuse/plan-differences.js';
import type { Cli } from '../command.js';
import { type Column, renderTable, wrap } from '../render/table.js';
import { type LoadedPipeline, loadPipeline } from './load-pipeline.js';

/** The JSON of `plan --env A --diff B`. Fields may be added, never renamed. */
interface DiffDocument {
  readonly name: string;
  /** `null`: the file by itself. */
  readonly a: { readonly environment: string | null; readonly planHash: string };
  readonly b: { readonly environment: string | null; readonly planHash: string };
  /** A value that one of them does not have is `null` there. */
  readonly differences: readonly {
    readonly path: string;
    readonly a: JsonValue;
    readonly b: JsonValue;
  }[];
  /** Values that are the same in both. */
  readonly same: number;
}

/** Shows what differs between two environments of a file, and that nothing else does. */
export async function diffEnvironments(
  cli: Cli,
  file: string,
  environment: string | undefined,
  other: string,
): Promise<void> {
  const a = await loadPipeline(cli, file, environment);
  const b = await loadPipeline(cli, file, other);
  const { differences, same } = comparePlans(a.plan, b.plan);
  const document: DiffDocument = {
    name: a.plan.name,
    a: side(a),
    b: side(b),
    differences: differences.map((one) => ({ path: one.path, a: one.a ?? null, b: one.b ?? null })),
    same,
  };
  cli.out.result(document, () => words(cli, document, differences).join('\n'));
}

function side({ plan, planHash }: LoadedPipeline): DiffDocument['a'] {
  return { environment: plan.environment ?? null, planHash };
}

function words(
  { out }: Cli,
  { name, a, b, same }: DiffDocument,
  differences: readonly PlanDifference[],
): readonly string[] {
  const [left, right] = [a.environment ?? 'the file itself', b.environment ?? 'the file itself'];
  const title = out.style.bold(`${name}: ${left} and ${right}`);
  if (differences.length === 0) return [title, `the same plan: ${same} values`];
  const columns: readonly Column[] = [
    { title: 'value', shrinkTo: 16 },
    { title: left, shrinkTo: 10 },
    { title: right, shrinkTo: 10 },
  ];
  const rows = differences.map((one) => [one.path, cell(one.a), cell(one.b)]);
  return [
    title,
    '',
    ...renderTable(columns, rows, out.columns, out.style),
    '',
    ...wrap(
      `${differences.length === 1 ? '1 value differs' : `${differences.length} values differ`}, the other ${same} are the same`,
      out.columns,
    ),
  ];
}

function cell(value: JsonValue | undefined): string {
  if (value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
