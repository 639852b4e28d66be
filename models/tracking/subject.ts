import { MillraceError, type TimeWindow } from '../../contracts/index.js';

/** What of the registry is mirrored as one. */
export type Subject =
  | { readonly kind: 'run'; readonly runId: string }
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'window'; readonly model: string; readonly window: TimeWindow };

/** @example subjectText({ kind: 'run', runId: '0191' }); // 'run/0191' */
export function subjectText(subject: Subject): string {
  switch (subject.kind) {
    case 'run':
      return `run/${subject.runId}`;
    case 'model':
      return `model/${subject.model}`;
    case 'window':
      return `window/${subject.model}/${subject.window.start}/${subject.window.end}`;
  }
}

/** @throws MillraceError `Internal` for a text that no subject has */
export function parseSubject(text: string): Subject {
  const [kind, name = '', start = '', end = ''] = text.split('/');
  if (name !== '') {
    if (kind === 'run') return { kind, runId: name };
    if (kind === 'model') return { kind, model: name };
    if (kind === 'window' && end !== '') return { kind, model: name, window: { start, end } };
  }
  throw new MillraceError('Internal', `the mirror knows no subject ${text}`);
}
