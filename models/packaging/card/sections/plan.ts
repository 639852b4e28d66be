import { defineSection, required } from '../card-section.js';
import { pseudocode } from '../pseudocode.js';

/** What the pipeline does, step by step. */
export const plan = defineSection<{ readonly pseudocode: string | null }>({
  id: 'plan',
  title: 'What the pipeline does',
  read: ({ plan: compiled }) => ({
    content: { pseudocode: compiled === null ? null : pseudocode(compiled) },
    missing: [required(compiled === null, 'the plan')],
  }),
  markdown: ({ pseudocode: text }) => (text === null ? [] : ['```text', text, '```']),
});
