import type { Rollout, RolloutStatus } from '../../../contracts/index.js';
import { type RolloutInFlight, type RolloutPhase, rolloutIdOf } from './rollout-state.js';
import { stagesOf } from './stages.js';

/** A rollout in flight as the registry keeps it. */
export function rolloutRecord(model: string, rollout: RolloutInFlight): Rollout {
  const { request, spec, from, to, phase, route, measurements, startedAt } = rollout;
  return {
    model,
    rolloutId: rolloutIdOf(rollout),
    from: from.version,
    to,
    spec,
    status: statusOf(rollout),
    step: rollout.stage,
    detail: detailOf(rollout),
    route,
    measurements,
    nextAt: nextOf(phase),
    reason: request.reason,
    startedAt,
    endedAt: null,
  };
}

/** The same once it has ended. */
export function endedRecord(
  model: string,
  rollout: RolloutInFlight,
  end: { readonly status: RolloutStatus; readonly detail: string },
  nowMs: number,
): Rollout {
  const endedAt = new Date(nowMs).toISOString();
  return { ...rolloutRecord(model, rollout), ...end, route: null, nextAt: null, endedAt };
}

function statusOf({ phase, pausedBy }: RolloutInFlight): RolloutStatus {
  if (phase.kind === 'returning') return phase.end.status;
  if (phase.kind === 'keeping') return 'promoted';
  const waits = phase.kind === 'resting' && phase.until === null;
  return pausedBy !== null || waits ? 'paused' : 'running';
}

function detailOf({ spec, stage, to, phase, pausedBy }: RolloutInFlight): string {
  const paused = pausedBy === null ? '' : ` (paused by ${pausedBy.actor}: ${pausedBy.reason})`;
  return `${sentence()}${paused}`;

  function sentence(): string {
    switch (phase.kind) {
      case 'smoke':
        return `version ${to} is asked its stored example`;
      case 'moving':
        return 'the gateways are taking the new shares';
      case 'resting':
        return phase.until === null
          ? 'waits until a person resumes it'
          : `rests until ${phase.until}`;
      case 'analysing':
        return analysing(phase);
      case 'held':
        return phase.detail;
      case 'behind':
        return phase.until === null
          ? `${phase.detail}; the shares before are being given back`
          : `${phase.detail}; tries again at ${phase.until}`;
      case 'promoting':
        return `version ${to} becomes champion`;
      case 'returning':
        return phase.end.detail;
      case 'keeping':
        return `version ${to} is champion; the one before is held ready until ${phase.until ?? 'now'}`;
    }
  }

  function analysing({ tally, looking, lookAt }: Extract<RolloutPhase, { kind: 'analysing' }>) {
    const present = stagesOf(spec)[stage];
    const count = present?.kind === 'analyse' ? present.analysis.count : 0;
    const looks = `${tally.passes} of ${count} looks passed`;
    const last = tally.last === null ? '' : `, the last: ${tally.last}`;
    return `compares the arms (${looks}${last}); ${looking ? 'looks now' : `next look at ${lookAt}`}`;
  }
}

function nextOf(phase: RolloutPhase): string | null {
  switch (phase.kind) {
    case 'resting':
    case 'held':
    case 'behind':
    case 'keeping':
      return phase.until;
    case 'analysing':
      return phase.looking ? null : phase.lookAt;
    default:
      return null;
  }
}
