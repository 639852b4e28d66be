import type { ChangeRequest, DeployRequest, RollbackRequest } from '../../contracts/index.js';
import { pauseDetail } from './admit.js';
import { isAutomatic } from './automatic.js';
import { isRollingOut, rolloutOf } from './rollout/begin-rollout.js';
import { meansRollout } from './rollout/change-during-rollout.js';
import type { ModelState } from './state.js';

export type ChangeRuling =
  | {
      readonly ruling: 'switch';
      readonly to: number;
      /** Of a rollback: what it may return to, in the order of preference; `to` is the first. */
      readonly candidates?: readonly number[];
    }
  /** A rollback that means the version that is being rolled out. */
  | { readonly ruling: 'end-rollout' }
  | { readonly ruling: 'already-champion' }
  | KeptBack;

/** No switch comes of the request. */
export interface KeptBack {
  readonly ruling: 'keep-as-challenger' | 'refuse';
  readonly detail: string;
  /** The guard that holds it back; absent where it is the request itself. */
  readonly guard?: 'paused';
}

/** What to do with a request to change the champion, given that no other change is in flight. */
export function ruleOnChange(state: ModelState, request: ChangeRequest): ChangeRuling {
  return request.kind === 'rollback'
    ? ruleOnRollback(state, request)
    : ruleOnDeploy(state, request);
}

function ruleOnDeploy(state: ModelState, request: DeployRequest): ChangeRuling {
  const champion = state.champion?.version ?? null;
  if (champion === request.version) return { ruling: 'already-champion' };
  const isUnderWay = isRollingOut(state) && state.rollout?.to === request.version;
  if (isUnderWay && (request.kind === 'deploy' || rolloutOf(state, request) !== null)) {
    return keep(
      `version ${request.version} is being rolled out already; \`millrace rollout abort ${state.model}\` ends that`,
    );
  }
  // A person who promotes has decided; the rules below are for pipelines.
  if (request.kind === 'promote') return { ruling: 'switch', to: request.version };
  if (state.paused !== null && !isOfRetrainByHand(state, request)) {
    return { ...keep(pauseDetail(state.paused)), guard: 'paused' };
  }
  const { standing } = request;
  if (champion === null || standing === 'gate-overridden' || standing === 'exempt') {
    return { ruling: 'switch', to: request.version };
  }
  if (request.comparedWith !== champion) return keep(comparedWithAnother(state, request, champion));
  if (standing === 'unproven') {
    return keep(`it is not proven better than version ${champion} on the same hold-out`);
  }
  if (standing === 'worse') {
    return keep(`it is not better than version ${champion} on the same hold-out`);
  }
  return { ruling: 'switch', to: request.version };
}

function comparedWithAnother(
  { model }: ModelState,
  { version, comparedWith, standing }: DeployRequest,
  champion: number,
): string {
  const compared = comparedWith === null ? 'no champion' : `version ${comparedWith}`;
  const detail = `it was compared with ${compared}, but version ${champion} is champion now`;
  // An evaluation that found no champion does so with the next run.
  if (comparedWith !== null || standing === 'first') return detail;
  return `${detail}; \`millrace promote ${model}@${version}\` promotes it, and the deploy step of a pipeline without evaluate may say \`promote: uncompared\``;
}

/** What a person asked to retrain is not automatic, and a pause does not hold it. */
function isOfRetrainByHand({ retrain }: ModelState, { evidence }: DeployRequest): boolean {
  return retrain !== null && !isAutomatic(retrain.request) && evidence['runId'] === retrain.runId;
}

function ruleOnRollback(state: ModelState, request: RollbackRequest): ChangeRuling {
  const refuse = (detail: string): KeptBack => ({ ruling: 'refuse', detail });
  const { champion, rollout } = state;
  if (champion === null) return refuse('the model has no champion to roll back from');
  if (rollout !== null && isRollingOut(state) && meansRollout(rollout, request)) {
    return { ruling: 'end-rollout' };
  }
  if (request.blames !== null && request.blames !== champion.version) {
    return refuse(
      `version ${request.blames} serves no more: version ${champion.version} is champion`,
    );
  }
  if (request.version === champion.version) {
    return refuse(`version ${champion.version} is champion already`);
  }
  if (isAutomatic(request) && state.paused !== null) {
    return { ...refuse(pauseDetail(state.paused)), guard: 'paused' };
  }
  const earlier = state.earlier.map(({ version }) => version);
  const [previous] = earlier;
  if (previous === undefined) {
    return refuse(
      `there is none to return to: version ${champion.version} was the first, or those before it were rolled back; \`millrace promote ${state.model}@N\` brings any version into service`,
    );
  }
  if (request.version === null) return { ruling: 'switch', to: previous, candidates: earlier };
  if (!earlier.includes(request.version)) {
    return refuse(
      `version ${request.version} is none of those before version ${champion.version} (${earlier.join(', ')}), or was rolled back; promote it instead`,
    );
  }
  // A person means the version that is named; a monitor means that the trouble ends.
  const others = isAutomatic(request) ? earlier.filter((item) => item !== request.version) : [];
  return { ruling: 'switch', to: request.version, candidates: [request.version, ...others] };
}

function keep(detail: string): KeptBack {
  return { ruling: 'keep-as-challenger', detail };
}
