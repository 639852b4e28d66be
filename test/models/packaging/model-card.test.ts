import { describe, expect, it } from 'vitest';
import { lineageLines } from '../../../cli/models/lineage-view.js';
import { readCardFacts } from '../../../models/packaging/card/card-facts.js';
import { cardOfVersion } from '../../../models/packaging/card/card-of-version.js';
import {
  buildCard,
  cardMarkdown,
  type ModelCard,
  requiredOf,
} from '../../../models/packaging/card/model-card.js';
import { readLineage } from '../../../models/packaging/lineage/lineage.js';
import { transition } from '../registry/sample-records.js';
import { CARD, MONITOR, registeredVersion, STATIONS_SHA256 } from './packaged-world.js';

function content(card: ModelCard, id: string) {
  return card.sections.find((section) => section.id === id)?.content;
}

describe('a card of a version of which everything was recorded', () => {
  it('says where it comes from, what it is for and how good it is', async () => {
    const { ports, record } = await registeredVersion({ blocks: `${MONITOR}${CARD}` });
    const card = await cardOfVersion(ports, record, 'as-registered');
    expect(card).toMatchObject({ format: 'millrace-card/1', model: 'bikes', version: 1 });
    expect(card.isComplete).toBe(true);
    expect(content(card, 'use')).toMatchObject({
      intendedUse: ['to plan how many bicycles stand where'],
      limitations: ['no <b>snow</b> in the data', 'one city'],
      owner: 'Mobility team',
      risk: 'high',
      isRiskStated: true,
    });
    expect(content(card, 'data')).toMatchObject({
      sources: [
        {
          step: 'ingest',
          path: 'data/bikes.csv',
          sha256: '7'.repeat(64),
          selection: { time: 'hour' },
          rows: 2_000,
        },
      ],
      training: { rows: 4_000 },
      holdout: { rows: 400 },
      split: { share: 0.2 },
      period: { start: '2011-01-01T00:00:00Z' },
    });
    expect(content(card, 'experiments')).toMatchObject({
      compared: [
        { step: 'forest', algorithm: 'random-forest', metrics: { mae: 24.125 }, isChosen: true },
        { step: 'line', algorithm: 'linear', metrics: { mae: 30.5 }, isChosen: false },
      ],
      why: "the best by mae: its mae on the hold-out is 24.125, the others' 30.5",
    });
    expect(content(card, 'training')).toMatchObject({
      seed: 7,
      environment: { python: '3.11.7' },
      params: { trees: 200 },
      code: { commit: 'd'.repeat(40) },
    });
    expect(content(card, 'performance')).toMatchObject({
      metrics: { mae: 24.125, r2: 0.875 },
      slices: [{ name: 'rain', metric: 'mae', rows: 40, value: 31.5 }],
    });
    expect(String(content(card, 'plan')?.['pseudocode']).split('\n')).toEqual([
      'pipeline bikes(trees: integer = 200) makes model bikes',
      '  ingest = ingest(source: "data/bikes.csv", time: "hour")',
      '  validate = validate(data: ingest.data, expect: [], holdout: {share: 0.2})',
      '  forest = train(algorithm: "random-forest", data: validate.data, target: "rentals", trees: params.trees)',
      '  line = train(algorithm: "linear", data: validate.data, target: "rentals")',
      '  evaluate = evaluate(holdout: validate.holdout, models: [forest.model, line.model], target: "rentals")',
      '    requires metrics.mae < 40 || !has(champion.mae)',
      '  register = register(model: evaluate.best)',
      '  deploy = deploy(version: register.version)',
      '  watch the deployed model every 168 h of hour',
    ]);
  });

  it('is rendered as Markdown in which nobody’s text is markup', async () => {
    const { ports, record } = await registeredVersion({ blocks: `${MONITOR}${CARD}` });
    const text = cardMarkdown(await cardOfVersion(ports, record, 'as-registered'));
    expect(text).toContain('# Model card: bikes, version 1');
    expect(text).toContain('Generated from what was recorded; complete.');
    expect(text).toContain('- **Not for:** to judge \\| anybody');
    expect(text).toContain('no \\<b\\>snow\\</b\\> in the data; one city');
    expect(text).toContain('| forest | random-forest | `{"trees":200}` | mae 24.125 | yes |');
    expect(text).toContain('- missing: a fairness check (`monitor.fairness`)');
  });
});

describe('a version that learned from features', () => {
  it('has in card and lineage their views as they were defined then, and the files of these', async () => {
    const { ports, record } = await registeredVersion({ withFeatures: true });
    const hash = record.content.features?.[0]?.definition.hash ?? '';
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const card = await cardOfVersion(ports, record, 'as-registered');
    expect(content(card, 'data')).toMatchObject({
      features: [{ view: 'stations', entity: ['station'], columns: ['b'], hash }],
      sources: [
        { step: 'ingest', rows: 2_000 },
        { step: 'join', path: 'data/stations/a.parquet', sha256: STATIONS_SHA256, rows: null },
      ],
    });
    expect(cardMarkdown(card)).toContain(`| stations | \`station\` | \`b\` | \`${hash}\` |`);

    const lineage = await readLineage(ports, record);
    expect(lineage.features).toEqual([{ view: 'stations', columns: ['b'], hash }]);
    expect(lineage.data.filter(({ role }) => role === 'source')).toEqual([
      expect.objectContaining({ name: 'data/bikes.csv', rows: 2_000 }),
      { role: 'source', name: 'data/stations/a.parquet', sha256: STATIONS_SHA256, rows: null },
    ]);
    expect(lineageLines(lineage)).toContain(`│  └─ stations: b  definition ${hash.slice(0, 12)}`);
  });
});

describe('what nobody recorded', () => {
  it('is named as missing, each with where to say it', async () => {
    const { ports, record } = await registeredVersion();
    const card = await cardOfVersion(ports, record, 'as-registered');
    expect(card.isComplete).toBe(false);
    expect(requiredOf(card)).toEqual([
      'intended use (`card.intendedUse`)',
      'limitations (`card.limitations`)',
      'an owner (`card.owner`)',
      'the labelling method (`card.labelling`)',
      'a monitor block (`monitor`)',
    ]);
    const text = cardMarkdown(card);
    for (const { what } of card.missing) expect(text).toContain(`- missing: ${what}`);
    expect(text).toContain('not complete: 5 of the facts');
  });

  it('is missing too where run, plan and files are gone', async () => {
    const { ports, record } = await registeredVersion({ blocks: `${MONITOR}${CARD}` });
    const facts = await readCardFacts(ports, record, 'as-registered');
    const card = buildCard({
      ...facts,
      run: null,
      plan: null,
      steps: [],
      sources: [],
      candidates: [],
      profile: null,
      record: {
        ...record,
        content: { ...record.content, environment: {}, evaluation: null },
      },
    });
    expect(requiredOf(card)).toEqual(
      expect.arrayContaining([
        'the plan',
        'a hold-out',
        'an evaluation with metrics on a hold-out',
        'the environment that trained it',
        'data sources (an `ingest` step, or `card.dataSources`)',
      ]),
    );
  });
});

it('what comes after registration is in the card until now, and never in the one as registered', async () => {
  const { world, ports, record } = await registeredVersion({ blocks: CARD });
  const before = await cardOfVersion(ports, record, 'as-registered');
  await world.registry.transition(transition('bikes', 1, 1));
  expect(await cardOfVersion(ports, record, 'as-registered')).toEqual(before);
  const now = await cardOfVersion(ports, record, 'until-now');
  expect(now.sections.map(({ id }) => id)).toEqual([
    ...before.sections.map(({ id }) => id),
    'explanations',
    'history',
  ]);
  expect(cardMarkdown(now)).toContain('| registered | run:manual | first of its kind |');
});
