/** An expression whose `steps.train[depth=8]` is `steps.train["depth=8"]`, which CEL can read. */
export interface QuotedSelectors {
  readonly text: string;
  /** Offset in the source of what stands at this offset of `text`. */
  readonly sourceOffset: (offset: number) => number;
}

// A string comes first, so that what it holds is never taken for a selector.
const STRING_OR_SELECTOR =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(\bsteps(?:\.[A-Za-z_]\w*|\[\s*(?:"[^"]*"|'[^']*')\s*\])\[)([A-Za-z_][\w.]*=(?!=)[^\]"']*)\]/g;

/**
 * Puts quotes around the selectors of items, which the language lets stand bare.
 *
 * @example quoteSelectors('steps.train[depth=8].model').text; // 'steps.train["depth=8"].model'
 */
export function quoteSelectors(source: string): QuotedSelectors {
  const quotes: number[] = [];
  const text = source.replace(STRING_OR_SELECTOR, (whole, before, selector, at: number) => {
    if (typeof before !== 'string' || typeof selector !== 'string') return whole;
    const start = at + before.length + quotes.length;
    quotes.push(start, start + selector.length + 1);
    return `${before}"${selector}"]`;
  });
  if (quotes.length === 0) return { text: source, sourceOffset: (offset) => offset };
  return {
    text,
    sourceOffset: (offset) => offset - quotes.filter((quote) => quote < offset).length,
  };
}
