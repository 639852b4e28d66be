import type { CodeState, JsonObject } from '../../../../contracts/index.js';
import { defineSection, required, wanted } from '../card-section.js';
import { code, facts, number, plain } from '../markdown.js';

interface Training {
  readonly task: string;
  readonly algorithm: string;
  readonly hyperparameters: JsonObject;
  /** `null`: it was trained elsewhere. */
  readonly seed: number | null;
  /** Library → version that trained it. */
  readonly environment: { readonly [library: string]: string };
  /** Values of the run's parameters. */
  readonly params: JsonObject;
  /** `null` where no graph answers. */
  readonly parity: { readonly rows: number; readonly maxAbsoluteDifference: number } | null;
  readonly runId: string;
  readonly pipeline: string | null;
  readonly planHash: string;
  readonly code: CodeState | null;
  readonly asOf: string;
}

/** How it was trained, so that it can be trained again. */
export const training = defineSection<Training>({
  id: 'training',
  title: 'Training',
  read({ record, plan }) {
    const { task, algorithm, hyperparameters, seed, environment, parity = null } = record.content;
    const state = record.provenance?.code ?? null;
    return {
      content: {
        task,
        algorithm,
        hyperparameters,
        seed,
        environment,
        params: record.params,
        parity,
        runId: record.runId,
        pipeline: plan?.name ?? null,
        planHash: record.planHash,
        code: state,
        asOf: record.asOf,
      },
      missing: [
        required(!Number.isSafeInteger(seed), 'a seed'),
        required(Object.keys(environment).length === 0, 'the environment that trained it'),
        wanted(state === null, "the code's commit (the pipeline lies in no git repository)"),
        wanted(state?.dirty === true, 'a commit with all of the code: there were changes besides'),
      ],
    };
  },
  markdown: ({ code: state, environment, ...rest }) =>
    facts([
      ['Task', rest.task],
      ['Algorithm', `${plain(rest.algorithm)} ${code(JSON.stringify(rest.hyperparameters))}`],
      ['Seed', rest.seed === null ? null : String(rest.seed)],
      ['Parameters', code(JSON.stringify(rest.params))],
      [
        'Environment',
        Object.entries(environment)
          .map(([library, version]) => plain(`${library} ${version}`))
          .join(', '),
      ],
      [
        'ONNX against the training library',
        rest.parity === null
          ? null
          : `at most ${number(rest.parity.maxAbsoluteDifference)} apart on ${rest.parity.rows} rows`,
      ],
      ['Run', `${code(rest.runId)} as of ${rest.asOf}`],
      ['Plan', code(rest.planHash)],
      ['Code', state === null ? null : codeInWords(state)],
    ]),
});

function codeInWords({ commit, dirty, path, repository }: CodeState): string {
  const place = [repository, path].filter((part) => part !== null && part !== '').map(String);
  const where = place.length === 0 ? '' : ` of ${code(place.join(' '))}`;
  return `commit ${code(commit)}${where}${dirty ? ', with changes that are in no commit' : ''}`;
}
