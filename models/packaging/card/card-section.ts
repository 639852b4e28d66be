import type { JsonObject } from '../../../contracts/index.js';
import type { CardFacts } from './card-facts.js';

/** Something that a card should say and nobody recorded. */
export interface MissingFact {
  /** What it is and, where a person is to say it, the key of the pipeline file. */
  readonly what: string;
  /** A card without it is not complete: what is of high risk is refused for want of it. */
  readonly isRequired: boolean;
}

/** A part of the card as its JSON has it. */
export interface SectionDocument {
  readonly id: string;
  readonly title: string;
  readonly content: JsonObject;
  readonly missing: readonly MissingFact[];
}

/** A part of the card: what it says is read from the facts, its Markdown from what it says. */
export interface CardSection {
  readonly id: string;
  read(facts: CardFacts): SectionDocument;
  /** Lines below the heading; what is missing follows by itself. */
  markdown(content: JsonObject): readonly string[];
}

export interface SectionDefinition<Content extends object> {
  readonly id: string;
  readonly title: string;
  read(facts: CardFacts): {
    readonly content: Content;
    readonly missing: readonly (MissingFact | false)[];
  };
  markdown(content: Content): readonly string[];
}

/** A section whose content has a type of its own; in the card it is JSON. */
export function defineSection<Content extends object>(
  definition: SectionDefinition<Content>,
): CardSection {
  const { id, title } = definition;
  return {
    id,
    read(facts) {
      const { content, missing } = definition.read(facts);
      return {
        id,
        title,
        // Leaves out what is undefined: the document is what is printed, stored and compared.
        content: JSON.parse(JSON.stringify(content)) as JsonObject,
        missing: missing.filter((fact) => fact !== false),
      };
    },
    // The document's content came from this section's own `read`, in this release or an earlier one.
    markdown: (content) => definition.markdown(content as unknown as Content),
  };
}

/** @example required(owner === undefined, 'an owner (`card.owner`)') */
export function required(isMissing: boolean, what: string): MissingFact | false {
  return isMissing && { what, isRequired: true };
}

/** Missing as {@link required} is, but a card may be complete without it. */
export function wanted(isMissing: boolean, what: string): MissingFact | false {
  return isMissing && { what, isRequired: false };
}
