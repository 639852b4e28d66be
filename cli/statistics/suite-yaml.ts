import { Document, isCollection } from 'yaml';
import type { ExpectationInput } from '../../contracts/index.js';
import type { SuggestedSuite } from '../../monitoring/datasets/profile-suggest.js';
import { expectationOf } from '../../monitoring/drift/profiles/index.js';

/**
 * A suggested suite as YAML: the `expect:` list of a pipeline's `validate` step, an expectation a
 * line, with a comment that says how it came about.
 */
export function suiteYaml(suite: SuggestedSuite, source: string): string {
  const document = new Document({
    expect: suite.suggestions.map((one) => escaped(expectationOf(one))),
  });
  const list = document.get('expect');
  if (isCollection(list)) for (const item of list.items) if (isCollection(item)) item.flow = true;
  document.commentBefore = suiteNotes(suite, source)
    .map((line) => ` ${line}`)
    .join('\n');
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** The same for programs. */
export function suiteDocument(suite: SuggestedSuite, source: string): unknown {
  return { expect: suite.suggestions.map(expectationOf), notes: suiteNotes(suite, source) };
}

/** How a suite came about, a sentence a line. */
function suiteNotes(suite: SuggestedSuite, source: string): readonly string[] {
  const { learnedRows, holdoutRows, time, seed, loosened, dropped } = suite;
  const held = time === null ? `drawn by chance (seed ${seed})` : `the latest by ${time}`;
  return [
    `Suggested by millrace profile --suggest from ${oneLine(source)}; paste it under \`with:\` of a validate step.`,
    `Learned from ${learnedRows} rows, checked on ${holdoutRows} held out, ${held}; ${loosened} loosened, ${dropped.length} dropped.`,
    ...dropped.map(({ suggestion, reason }) => {
      const column = 'column' in suggestion ? `${oneLine(suggestion.column)}: ` : '';
      return `Dropped: ${column}${suggestion.type}, since ${reason}.`;
    }),
  ];
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** In a pipeline `${` begins an expression: names and values that have it are written `$${`. */
function escaped(expectation: ExpectationInput): unknown {
  return JSON.parse(JSON.stringify(expectation), (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('${', () => '$${') : value,
  );
}
