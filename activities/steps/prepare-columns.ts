import { type ArtifactRef, isArtifactRef, type JsonObject } from '../../contracts/index.js';
import type { StepWork } from '../step-work.js';
import { runPythonStep } from './python-step.js';
import { requiredArtifact } from './step-inputs.js';

/**
 * Does `impute`, `encode` and `select` with `python/prepare.py`: what is learned is learned from
 * `data`, and done to `data` and `holdout`. The artifacts `data`, `holdout`, `fitted` and, of
 * `select`, `report`.
 *
 * @throws MillraceError `InvalidInput` where Python refuses the data or an option,
 * `EnvironmentMissing` without Python
 */
export const prepareColumns: StepWork = async (context) => {
  const data = requiredArtifact(context, 'data');
  const { data: _, holdout: given, ...values } = context.inputs;
  const holdout: unknown = given;
  const artifacts: Record<string, ArtifactRef> = { data };
  if (isArtifactRef(holdout)) artifacts['holdout'] = holdout;
  const raw: JsonObject = { ...data };
  const outputs = await runPythonStep(
    context,
    'prepare.py',
    { ...values, kind: context.step.kind, raw },
    artifacts,
  );
  context.logger.info({ ...outputs.values }, 'prepared');
  return { outputs };
};
