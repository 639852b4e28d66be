import { parseEventTimeMs } from './event-time.js';
import { ROLLOUT_COMMANDS } from './rollout.js';
import { STRATEGIES } from './traffic.js';

/**
 * Validators for rollouts as they arrive in a workflow; like those of `messages.ts` they never
 * throw. The workflow computes with what they let through.
 */

type Fields = Record<string, unknown>;

const MOST_STEPS = 100;
/** A rollout that lasts longer than this is a mistake. */
const MOST_MS = 366 * 86_400_000;

export function complaintOfRolloutSpec(value: unknown): string | null {
  const spec = fields(value);
  if (spec === null) return 'rollout must be an object';
  if (!STRATEGIES.some((known) => known === spec['strategy'])) {
    return `rollout.strategy must be one of ${STRATEGIES.join(', ')}`;
  }
  const { steps, analysis, stickyBy, seed } = spec;
  if (!Array.isArray(steps) || steps.length > MOST_STEPS) {
    return `rollout.steps must be a list of at most ${MOST_STEPS}`;
  }
  const step = steps.map(complaintOfStep).find((complaint) => complaint !== null);
  if (step !== undefined) return step;
  const complaint = analysis === null ? null : complaintOfAnalysis(analysis);
  if (complaint !== null) return complaint;
  if (!isPercent(spec['splitPercent'])) return 'rollout.splitPercent must be a whole percent';
  if (!isTextOrNull(stickyBy)) return 'rollout.stickyBy must be a column or null';
  if (!isTextOrNull(seed)) return 'rollout.seed must be text or null';
  if (spec['whenPassed'] !== 'promote' && spec['whenPassed'] !== 'keep') {
    return 'rollout.whenPassed must be promote or keep';
  }
  return isSpan(spec['keepMs']) ? null : 'rollout.keepMs must be a span of at most 366 days';
}

function complaintOfStep(value: unknown): string | null {
  const step = fields(value);
  switch (step?.['kind']) {
    case 'setWeight':
      return isPercent(step['weightPercent']) ? null : 'a weight must be a whole percent';
    case 'pause':
      return step['durationMs'] === null || isSpan(step['durationMs'])
        ? null
        : 'a pause must be a span of at most 366 days, or null';
    case 'analyse':
      return complaintOfAnalysis(step['analysis']);
    default:
      return 'a step of a rollout must be setWeight, pause or analyse';
  }
}

function complaintOfAnalysis(value: unknown): string | null {
  const analysis = fields(value);
  if (analysis === null) return 'an analysis must be an object';
  const { metrics, count, inconclusiveLimit, timeoutMs } = analysis;
  if (!Array.isArray(metrics) || metrics.length === 0) return 'an analysis needs metrics';
  const metric = metrics.map(complaintOfMetric).find((complaint) => complaint !== null);
  if (metric !== undefined) return metric;
  for (const name of ['minSamples', 'failureLimit', 'consecutiveErrorLimit']) {
    if (!isCount(analysis[name])) return `${name} must be a count`;
  }
  if (!(isCount(count) && Number(count) > 0)) return 'count must be from 1';
  if (inconclusiveLimit !== null && !isCount(inconclusiveLimit)) {
    return 'inconclusiveLimit must be a count or null';
  }
  if (!isSpan(analysis['initialDelayMs'])) return 'initialDelayMs must be a span';
  const interval = analysis['intervalMs'];
  if (!isSpan(interval) || Number(interval) < 1_000) return 'intervalMs must be a second or more';
  return timeoutMs === null || isSpan(timeoutMs) ? null : 'timeoutMs must be a span or null';
}

function complaintOfMetric(value: unknown): string | null {
  const metric = fields(value);
  if (metric === null || typeof metric['metric'] !== 'string') return 'a metric must have a name';
  const { kind, alpha, margin } = metric;
  if (kind !== 'guardrail' && kind !== 'nonInferiority' && kind !== 'superiority') {
    return 'a metric is judged as guardrail, nonInferiority or superiority';
  }
  if (typeof alpha !== 'number' || !(alpha > 0 && alpha < 1)) return 'alpha must lie in (0, 1)';
  return typeof margin === 'number' && Number.isFinite(margin) && margin >= 0
    ? null
    : 'a margin must be a number from 0';
}

export function complaintOfRolloutCommand(value: unknown): string | null {
  const message = fields(value);
  if (message === null) return 'it must be {requestId, command, actor, reason, asOf}';
  if (!ROLLOUT_COMMANDS.some((known) => known === message['command'])) {
    return `command must be one of ${ROLLOUT_COMMANDS.join(', ')}`;
  }
  for (const name of ['requestId', 'actor', 'reason']) {
    const text = message[name];
    if (typeof text !== 'string' || text.length === 0 || text.length > 2_000) {
      return `${name} must be text of 1 to 2,000 characters`;
    }
  }
  return typeof message['asOf'] === 'string' && parseEventTimeMs(message['asOf']) !== null
    ? null
    : 'asOf must be a time such as 2011-07-01T00:00:00Z';
}

function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isPercent = (value: unknown): boolean => isCount(value) && Number(value) <= 100;
const isSpan = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value <= MOST_MS;
