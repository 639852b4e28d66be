import type { CardSpec } from '../../contracts/index.js';
import type { CardSource } from '../schema/card-schema.js';
import { given, when } from './monitor/optional-fields.js';

/** The `card` block as the plan has it; one statement is a list of one. */
export function buildCard(source: CardSource): CardSpec {
  const { intendedUse, outOfScope, limitations, dataSources, owner, labelling, licence } = source;
  return given({
    intendedUse: when(intendedUse, list),
    outOfScope: when(outOfScope, list),
    limitations: when(limitations, list),
    owner,
    dataSources: when(dataSources, list),
    labelling,
    licence,
  });
}

function list(statements: string | readonly string[]): readonly string[] {
  return typeof statements === 'string' ? [statements] : statements;
}
