/** HTML that is safe to put into a page as it stands. */
export class Markup {
  constructor(readonly html: string) {}
}

/** What may stand in a template: text is escaped, markup is not, `null` is nothing. */
export type Content = Markup | string | number | null | readonly Content[];

const ESCAPED: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // HTML has no way to write it.
  '\0': '\uFFFD',
};

/** Text as HTML that shows it, in an element's content and between quotes in an attribute alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\0]/g, (character) => ESCAPED[character] ?? '');
}

/**
 * A template whose values are escaped: the one way in which data comes into the page.
 *
 * @example markup`<b>${'a < b'}</b>`.html; // '<b>a &lt; b</b>'
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, i) => part + htmlOf(values[i] ?? null)).join(''));
}

function htmlOf(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.html;
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return content.map(htmlOf).join('');
}
