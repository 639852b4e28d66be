import { describe, expect, it } from 'vitest';
import {
  explanationPage,
  explanationPictures,
  withoutDust,
} from '../../../../monitoring/report/explanation-page/index.js';
import { CURVES, HOSTILE, sampleExplanation } from './sample-explanation.js';

const ABOUT = { generatedAt: '2026-01-31T12:00:00Z', version: '1.2.3' };
const count = (html: string, what: RegExp) => [...html.matchAll(what)].length;

describe('the page of an explanation', () => {
  const page = explanationPage(sampleExplanation(), ABOUT);

  it('names what matters most, and draws it: bars, a dot a row and feature, one row step by step', () => {
    expect(page).toContain(
      '<bdi>temperature</bdi>, <bdi>weather</bdi> and <bdi>hour</bdi> matter most',
    );
    expect(count(page, /<circle class="dot/g)).toBe(15);
    // A feature that is text has neither high nor low values; nor has a missing one.
    expect(count(page, /shade-none"/g)).toBe(5);
    expect(page).toContain('weather = clear');
    expect(page).toContain('From the background&#39;s mean 10 to the score 12.5.');
    expect(page).toContain('without 1 at random by 1.2, less in 80.0');
    expect(page).toContain('0.97 <small>cosine between explanations by 4 parts');
  });

  it('of one prediction shows how its score came together, not which features matter overall', () => {
    const [row] = sampleExplanation().rows;
    const html = explanationPage(
      sampleExplanation({ rows: row === undefined ? [] : [{ ...row, id: 'the-id/0' }] }),
      ABOUT,
    );
    expect(html).toContain('How the score came together');
    expect(html).toContain('Prediction the-id/0.');
    expect(html).not.toContain('Which features matter');
    expect(count(html, /<circle/g)).toBe(0);
  });

  it('has no bar for a feature that was not measured', () => {
    const [curve] = CURVES;
    const curves = curve === undefined ? [] : [{ ...curve, feature: 'temperature' }];
    const html = explanationPage(
      sampleExplanation({ method: 'partialDependence', rows: [], curves, importance: [2.6, 0, 0] }),
      ABOUT,
    );
    expect(html).toContain('<bdi>temperature</bdi>');
    expect(html).not.toMatch(/text-anchor="end">weather/);
  });

  it('draws curves on one scale, those of the rows behind, categories as places', () => {
    const html = explanationPage(
      sampleExplanation({ method: 'partialDependence', rows: [], curves: CURVES }),
      ABOUT,
    );
    expect(count(html, /class="curve"/g)).toBe(2);
    expect(count(html, /class="each"/g)).toBe(2);
    expect(html).toContain('>missing</text>');
    expect(html).toContain('each row in grey');
  });

  it('says where nothing is known, and where nothing matters', () => {
    const html = explanationPage(
      sampleExplanation({
        importance: [0, 0, 0],
        rows: [],
        faithfulness: null,
        consistency: null,
        notes: ['consistency is not known: the model was trained once'],
      }),
      ABOUT,
    );
    expect(html).toContain('No feature matters to');
    expect(count(html, /not known/g)).toBeGreaterThanOrEqual(3);
    expect(html).toContain('What limits it');
  });

  it('is one file that asks nobody for anything, whatever the data is called', () => {
    const hostile = sampleExplanation({
      model: HOSTILE,
      target: HOSTILE,
      features: [HOSTILE, 'weather', 'hour'],
      class: HOSTILE,
      curves: CURVES.map((curve) => ({ ...curve, feature: HOSTILE })),
      notes: [HOSTILE],
    });
    for (const html of [page, explanationPage(hostile, ABOUT)]) {
      expect(html).toContain('default-src &#39;none&#39;');
      expect(html).not.toMatch(/(src|href)="(?!#)/);
      expect(html).not.toContain('<script>alert');
      expect(html).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('pictures stand by themselves, with both themes in them', () => {
    const pictures = explanationPictures(sampleExplanation({ curves: CURVES }));
    expect(pictures.map(({ title }) => title)).toEqual([
      'Which features matter',
      'In which direction, row by row',
      'How one score came together',
      'How the score depends on temperature',
      'How the score depends on weather',
    ]);
    for (const { svg } of pictures) {
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*><style>/);
      expect(svg).toContain('prefers-color-scheme: dark');
    }
  });
});

describe('what rounding leaves', () => {
  it('of a nothing is nothing; small values beside small ones stay', () => {
    expect(withoutDust([26.4, 3.6e-15])).toEqual([26.4, 0]);
    expect(withoutDust([2e-15, -1e-15])).toEqual([2e-15, -1e-15]);
    expect(withoutDust([])).toEqual([]);
  });
});
