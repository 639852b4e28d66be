import { expect, it } from 'vitest';
import type { Incident } from '../../../contracts/index.js';
import { incidentReport, trackIncident } from '../../../monitoring/incidents/index.js';
import { column, decided, decidedAt, line, tracked } from './incident-samples.js';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;

function recovered(from: number): Incident {
  const ledger = [line('retrain-started', decidedAt(from + 1))];
  const causes = [column('temperature')];
  let incident: Incident | null = null;
  for (const decision of [
    decided(from, 'data-drift'),
    decided(from + 1, 'data-drift'),
    decided(from + 2, 'ok'),
    decided(from + 3, 'ok'),
  ]) {
    incident = trackIncident(incident, tracked(decision, { ledger, causes })).incident;
  }
  if (incident === null) throw new Error('no incident');
  return incident;
}

it('gives mean times, each with the incidents that it is known of', () => {
  const open = trackIncident(
    null,
    tracked(decided(9, 'no-data'), {
      arrivedAt: new Date(Date.parse(decidedAt(9)) - 3 * MINUTE_MS).toISOString(),
    }),
  ).incident;
  if (open === null) throw new Error('no incident');
  const known = incidentReport([recovered(0)]);
  expect(known).toMatchObject({
    incidents: 1,
    open: 0,
    // Arrival is not known: event time of a week's window.
    detect: { meanMs: WEEK_MS, incidents: 1 },
    respond: { meanMs: MINUTE_MS, incidents: 1 },
    recover: { meanMs: 3 * MINUTE_MS, incidents: 1 },
    lasted: { meanMs: 2 * WEEK_MS, incidents: 1 },
  });
  expect(incidentReport([open])).toMatchObject({
    open: 1,
    detect: { meanMs: 3 * MINUTE_MS, incidents: 1 },
    respond: { meanMs: null, incidents: 0 },
    recover: { meanMs: null, incidents: 0 },
    lasted: { meanMs: null, incidents: 0 },
  });
});

it('says nothing of recovery for an incident that a person closed', () => {
  const closed: Incident = {
    ...recovered(0),
    resolution: { how: 'closed-by-person', actor: 'user:ada', note: 'known', at: decidedAt(5) },
  };
  expect(incidentReport([closed]).recover).toEqual({ meanMs: null, incidents: 0 });
});

it('names a cause that recurs: of the same kind in at least two incidents', () => {
  const [first, second] = [recovered(0), { ...recovered(10), number: 2 }];
  const other: Incident = { ...recovered(20), number: 3, kind: 'concept-drift' };
  expect(incidentReport([first, second, other]).recurring).toEqual([
    {
      kind: 'data-drift',
      cause: 'column temperature',
      incidents: [
        { model: 'bikes', number: 1 },
        { model: 'bikes', number: 2 },
      ],
    },
  ]);
  expect(incidentReport([first, other]).recurring).toEqual([]);
});
