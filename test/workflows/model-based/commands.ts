import type { RiskClass } from '../../../contracts/index.js';
import type { ModelState } from '../../../monitoring/policy/index.js';
import { fc } from '../../support/property.js';
import { violations } from './invariants.js';
import type { ModelSystem, Sent } from './system.js';

/** What the commands know without asking: enough to make sense of one another. */
export interface Known {
  versions: number;
  sent: number;
}

type Command = fc.AsyncCommand<Known, ModelSystem>;

/** Event times go forward, so that guards that count by them have something to count. */
const asOf = (known: Known): string =>
  new Date(Date.UTC(2011, 6, 1) + known.sent * 3_600_000).toISOString();

function command(name: string, run: (known: Known, system: ModelSystem) => Promise<void>): Command {
  return {
    check: () => true,
    run: async (known, system) => {
      known.sent += 1;
      await run(known, system);
    },
    toString: () => name,
  };
}

function base(known: Known, actor: string) {
  return {
    requestId: `r${known.sent}`,
    asOf: asOf(known),
    actor,
    reason: `message ${known.sent}`,
    evidence: {},
  };
}

const risks = fc.constantFrom<RiskClass>('low', 'medium', 'high');
const automations = fc.constantFrom<ModelState['automation']>('full', 'full', 'train', 'manual');

const deploy = fc
  .record({
    automation: automations,
    risk: risks,
    isCompared: fc.boolean(),
    byRun: fc.boolean(),
  })
  .map(({ automation, risk, isCompared, byRun }) =>
    command(
      `deploy(${automation}, ${risk}, ${byRun ? 'retrain' : 'manual'})`,
      async (known, system) => {
        const version = await system.register(automation);
        known.versions = version;
        const champion = await system.champion();
        const message = {
          ...base(known, byRun ? 'run:retrain' : 'run:manual'),
          kind: 'deploy',
          version,
          comparedWith: isCompared ? champion : null,
          standing: 'gate-passed',
          answerTo: null,
          risk,
        } as const;
        await system.send({ name: 'requestDeploy', message });
      },
    ),
  );

const promote = fc.nat({ max: 4 }).map((back) =>
  command(`promote(-${back})`, async (known, system) => {
    const version = Math.max(1, known.versions - back);
    const message = {
      ...base(known, 'user:ann'),
      kind: 'promote',
      version,
      comparedWith: null,
      answerTo: null,
    } as const;
    await system.send({ name: 'promote', message });
  }),
);

const rollback = fc.record({ byMonitor: fc.boolean(), risk: risks }).map(({ byMonitor, risk }) =>
  command(`rollback(${byMonitor ? `monitor, ${risk}` : 'person'})`, (known, system) => {
    const trigger = byMonitor ? 'monitor' : 'manual';
    const actor = byMonitor ? 'monitor' : 'user:ann';
    const message = {
      ...base(known, actor),
      kind: 'rollback',
      version: null,
      blames: null,
      trigger,
      ...(byMonitor && { risk }),
    } as const;
    return system.send({ name: 'rollback', message });
  }),
);

const retrain = fc
  .record({ trigger: fc.constantFrom('monitor', 'schedule', 'manual'), risk: risks })
  .map(({ trigger, risk }) =>
    command(`retrain(${trigger}, ${risk})`, (known, system) =>
      system.send({
        name: 'retrain',
        message: {
          ...base(known, trigger === 'manual' ? 'user:ann' : trigger),
          kind: 'retrain',
          trigger: trigger as 'monitor' | 'schedule' | 'manual',
          window: null,
          plan: null,
          answerTo: null,
          risk,
        },
      }),
    ),
  );

const repair = fc
  .record({ change: fc.constantFrom('begin', 'lift'), risk: risks })
  .map(({ change, risk }) =>
    command(`repair(${change}, ${risk})`, (known, system) =>
      system.send({
        name: 'repair',
        message: {
          ...base(known, 'monitor'),
          kind: 'repair',
          repair: 'quarantine',
          change: change as 'begin' | 'lift',
          features: [],
          window: { start: '2011-07-01T00:00:00Z', end: '2011-07-02T00:00:00Z' },
          risk,
        },
      }),
    ),
  );

/** What people send without an id of their own. */
const byPerson = fc
  .constantFrom<Sent['name']>('pause', 'resume', 'approve', 'approve', 'undo')
  .chain((name) => fc.boolean().map((yes) => ({ name, yes })))
  .map(({ name, yes }) =>
    command(`${name}(${yes})`, (known, system) => {
      const { requestId, ...rest } = base(known, 'user:ann');
      const { actor, reason, asOf: at } = rest;
      const message = { actor, reason, asOf: at };
      if (name === 'undo') return system.send({ name, message: { ...message, requestId } });
      if (name === 'approve') {
        const answer = yes ? 'approve' : 'reject';
        return system.send({
          name,
          message: { ...message, answer, requestId: null, version: null },
        });
      }
      return system.send({ name: name === 'pause' ? 'pause' : 'resume', message });
    }),
  );

const kill = fc.constant(command('killWorker', (_, system) => system.killWorker()));

/** At rest the invariants hold; also at the end of every sequence. */
const check = fc.constant(command('check', (_, system) => mustHold(system)));

/** @throws Error that names every invariant that does not hold */
export async function mustHold(system: ModelSystem): Promise<void> {
  const found = violations(await system.observe());
  if (found.length > 0) throw new Error(found.join('\n'));
}

/** @param withKills - of real workers; costs seconds each */
export function commands(maxCommands: number, withKills: boolean) {
  const any = [
    deploy,
    deploy,
    promote,
    rollback,
    retrain,
    retrain,
    repair,
    byPerson,
    byPerson,
    check,
  ];
  return fc.commands([...any, ...(withKills ? [kill] : [])], { maxCommands, size: 'max' });
}

export async function play(system: ModelSystem, sequence: Iterable<Command>): Promise<void> {
  await fc.asyncModelRun(() => ({ model: { versions: 0, sent: 0 }, real: system }), sequence);
  await mustHold(system);
}
