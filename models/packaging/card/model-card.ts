import { MillraceError, type VersionRecord } from '../../../contracts/index.js';
import type { CardFacts } from './card-facts.js';
import type { MissingFact, SectionDocument } from './card-section.js';
import { plain } from './markdown.js';
import { CARD_SECTIONS } from './sections/index.js';

/** Of what came after registration. */
const LATER_SECTIONS: ReadonlySet<string> = new Set(['explanations', 'history']);

export const CARD_FORMAT = 'millrace-card/1';

/** A model card: one document, of which the Markdown is a rendering. */
export interface ModelCard {
  readonly format: typeof CARD_FORMAT;
  readonly model: string;
  readonly version: number;
  /** Wall clock, RFC 3339. */
  readonly registeredAt: string;
  /** Whether it says all that a change of high risk needs. */
  readonly isComplete: boolean;
  /** Of every section, in their order. */
  readonly missing: readonly (MissingFact & { readonly section: string })[];
  readonly sections: readonly SectionDocument[];
}

/** Generates a card: what the facts do not say is listed as missing, and nothing is made up. */
export function buildCard(facts: CardFacts): ModelCard {
  const sections = CARD_SECTIONS.filter(
    // What came after registration is no part of what was registered.
    ({ id }) => !LATER_SECTIONS.has(id) || facts.since !== null,
  ).map((section) => section.read(facts));
  return cardOf(facts.record, sections);
}

/** A card of sections that were read before: of a version that came as a package. */
export function cardOf(
  { model, version, createdAt }: Pick<VersionRecord, 'model' | 'version' | 'createdAt'>,
  sections: readonly SectionDocument[],
): ModelCard {
  const missing = sections.flatMap((section) =>
    section.missing.map((fact) => ({ section: section.id, ...fact })),
  );
  return {
    format: CARD_FORMAT,
    model,
    version,
    registeredAt: createdAt,
    isComplete: !missing.some(({ isRequired }) => isRequired),
    missing,
    sections,
  };
}

/** @throws MillraceError `InvalidInput` when stored JSON is no card of this format */
export function readCard(value: unknown): ModelCard {
  const isCard =
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === CARD_FORMAT;
  if (isCard) return value as ModelCard;
  throw new MillraceError(
    'InvalidInput',
    'the model card is of a format that this release does not know',
    'use the release of millrace that made it, or a later one',
  );
}

/** The card as Markdown, with a line for everything that is missing. */
export function cardMarkdown(card: ModelCard): string {
  const needed = card.missing.filter(({ isRequired }) => isRequired).length;
  const state = card.isComplete
    ? 'complete'
    : `not complete: ${needed} of the facts that a change of high risk needs ${needed === 1 ? 'is' : 'are'} missing`;
  const lines = [
    `# Model card: ${plain(card.model)}, version ${card.version}`,
    '',
    `Registered ${card.registeredAt}. Generated from what was recorded; ${state}.`,
  ];
  for (const { id, title, content, missing } of card.sections) {
    const section = CARD_SECTIONS.find((known) => known.id === id);
    const body =
      section === undefined
        ? ['```json', JSON.stringify(content, null, 2), '```']
        : section.markdown(content);
    const absent = missing.map(({ what }) => `- missing: ${what}`);
    lines.push('', `## ${title}`, '', ...body, ...absent);
  }
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

/** What a card lacks that a change of high risk needs, in words. */
export function requiredOf(card: ModelCard): readonly string[] {
  return card.missing.flatMap(({ what, isRequired }) => (isRequired ? [what] : []));
}
