import type { ContextColumn, ModelSignature } from '../../../../contracts/index.js';
import { defineSection, required } from '../card-section.js';
import { code, table } from '../markdown.js';

interface Schema {
  readonly inputs: readonly {
    readonly name: string;
    readonly kind: string;
    readonly mayBeMissing: boolean;
  }[];
  readonly context: readonly ContextColumn[];
  readonly output: ModelSignature['output'];
}

/** What the model takes and gives. */
export const schema = defineSection<Schema>({
  id: 'schema',
  title: 'Inputs and output',
  read({ record }) {
    const { inputs, context, output } = record.content.signature;
    return {
      content: {
        inputs: inputs.map(({ name, kind, nullable }) => ({ name, kind, mayBeMissing: nullable })),
        context,
        output,
      },
      missing: [required(inputs.length === 0, 'a signature with inputs')],
    };
  },
  markdown: ({ inputs, context, output }) =>
    table(
      ['column', 'kind', 'role'],
      [
        ...inputs.map(({ name, kind, mayBeMissing }) => [
          code(name),
          kind,
          mayBeMissing ? 'input, may be missing' : 'input',
        ]),
        ...context.map(({ name, kind, role }) => [code(name), kind, `context: ${role}`]),
        [
          code(output.name),
          output.kind,
          output.classes === undefined
            ? 'predicted'
            : `predicted: ${output.classes.map((value) => code(String(value))).join(', ')}`,
        ],
      ],
    ),
});
