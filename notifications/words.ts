import type { Telling } from '../contracts/index.js';

/** `[critical] bikes: performance is lost`, of several the first and how many more. */
export function subjectOf(tellings: readonly Telling[]): string {
  const [first] = tellings;
  if (first === undefined) return '';
  const more = tellings.length > 1 ? ` (and ${tellings.length - 1} more)` : '';
  return `${headline(first)}${more}`;
}

/** One line that says what it is about without the rest. */
export function headline({ alert, repeat }: Telling): string {
  const mark = alert.status === 'resolved' ? 'resolved' : alert.severity;
  const still = repeat > 0 ? 'still: ' : '';
  return oneLine(`[${mark}] ${alert.model}: ${still}${alert.title}`);
}

/** The message in plain text: each alert with its sentences, its facts and its time. */
export function plainText(tellings: readonly Telling[]): string {
  return `${tellings.map(paragraph).join('\n\n')}\n`;
}

function paragraph(telling: Telling): string {
  const { alert } = telling;
  const facts = Object.entries(alert.facts).map(([name, value]) => `  ${name}: ${oneLine(value)}`);
  return [
    headline(telling),
    ...(alert.text === '' ? [] : ['', alert.text]),
    ...(facts.length === 0 ? [] : ['', ...facts]),
    '',
    `${alert.at}  ${alert.group}`,
  ].join('\n');
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
