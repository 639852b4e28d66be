import { MEASURES, MULTIVARIATE_METHODS, OUTLIER_METHODS } from '../../monitoring/drift/index.js';
import { wrap } from '../render/table.js';

const WIDTH = 80;
const INDENT = '  ';

/** What `--test`, `--multivariate` and `--outliers` may name: the registries themselves. */
export function driftHelp(): string {
  const of = (form: 'test' | 'distance') =>
    MEASURES.filter((measure) => measure.form === form).map(({ name }) => name);
  const sections = [
    ['Tests:', of('test')],
    ['Distances, with p-values of resampling:', of('distance')],
    ['Multivariate methods:', MULTIVARIATE_METHODS.map(({ name }) => name)],
    ['Outlier methods:', OUTLIER_METHODS.map(({ name }) => name)],
  ] as const;
  return sections
    .flatMap(([heading, names]) => [
      '',
      heading,
      ...wrap(names.join(', '), WIDTH - INDENT.length).map((line) => INDENT + line),
    ])
    .join('\n');
}
