import { expect, it } from 'vitest';
import {
  type Explanation,
  explanationTag,
  explanationTagValue,
  MEDIA_TYPE,
} from '../../../contracts/index.js';
import { cardOfVersion } from '../../../models/packaging/card/card-of-version.js';
import { cardMarkdown, type ModelCard } from '../../../models/packaging/card/model-card.js';
import { sampleExplanation } from '../../monitoring/report/explanation-page/sample-explanation.js';
import { ledgerEntry } from '../registry/sample-records.js';
import { registeredVersion } from './packaged-world.js';

const sectionOf = (card: ModelCard) => card.sections.find(({ id }) => id === 'explanations');

it('the newest explanation of each method is in the card until now, with its pictures', async () => {
  const { world, ports, record } = await registeredVersion();
  const registered = await cardOfVersion(ports, record, 'as-registered');
  const keep = async (key: string, explanation: Explanation, value?: string) => {
    const stored = await world.artifacts.putJson(explanation, MEDIA_TYPE.explanation);
    const tags = { [explanationTag(explanation.method)]: value ?? explanationTagValue(stored) };
    await world.registry.life.putTags(1, tags, ledgerEntry('bikes', key));
  };
  await keep('a', sampleExplanation({ model: 'bikes', version: 1, seed: 1 }));
  await keep('b', sampleExplanation({ model: 'bikes', version: 1, seed: 2 }));
  await keep('c', sampleExplanation({ method: 'lime' }), 'what a person wrote there');

  const card = await cardOfVersion(ports, record, 'until-now');
  expect(sectionOf(card)?.missing).toEqual([]);
  expect(sectionOf(card)?.content).toMatchObject({
    kept: [
      { method: 'shap', seed: 2, features: [{ feature: 'temperature', importance: 2.6 }, {}, {}] },
    ],
  });
  const text = cardMarkdown(card);
  expect(text).toContain('### shap (exact)');
  expect(text).toContain('| temperature | 2.6 |');
  expect(text).toContain(
    '**consistency:** cosine 0.97 between 4 parts of the data, 0.9 at the least',
  );
  const [, encoded = ''] =
    /!\[Which features matter\]\(data:image\/svg\+xml;base64,([^)]+)\)/.exec(text) ?? [];
  expect(Buffer.from(encoded, 'base64').toString()).toMatch(/^<svg xmlns=/);
  // What was registered stays what it was, to the byte: a package's hash depends on it.
  expect(await cardOfVersion(ports, record, 'as-registered')).toEqual(registered);
});

it('a card without one says how to have one', async () => {
  const { ports, record } = await registeredVersion();
  const card = await cardOfVersion(ports, record, 'until-now');
  expect(sectionOf(card)?.missing).toEqual([
    { what: 'an explanation (`millrace explain --save`)', isRequired: false },
  ]);
});
