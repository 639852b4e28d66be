import { defineSection, required } from '../card-section.js';
import { code, facts, plain } from '../markdown.js';

interface Labelling {
  readonly target: string;
  readonly method?: string;
  /** How long after the prediction labels are waited for; `null` without a monitor. */
  readonly delayMs: number | null;
}

/** What is predicted and how the truth about it came to be known. */
export const labelling = defineSection<Labelling>({
  id: 'labelling',
  title: 'Labels',
  read({ plan, record }) {
    const method = plan?.card?.labelling;
    return {
      content: {
        target: record.content.target,
        ...(method !== undefined && { method }),
        delayMs: record.monitor?.labels.delayMs ?? null,
      },
      missing: [required(method === undefined, 'the labelling method (`card.labelling`)')],
    };
  },
  markdown: ({ target, method, delayMs }) =>
    facts([
      ['Column', code(target)],
      ['Method', method === undefined ? null : plain(method)],
      ['Labels are waited for', delayMs === null ? null : `${delayMs / 3_600_000} h`],
    ]),
});
