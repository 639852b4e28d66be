// What runs inside the page is text here: the types of a browser are none of a Node program's.

/** A text that is on the page, with the colours that it is drawn in: `rgb(r, g, b)`. */
export interface VisibleText {
  readonly text: string;
  readonly colour: string;
  readonly ground: string;
}

/** Every {@link VisibleText}, in HTML and in SVG. */
export const VISIBLE_TEXTS = `(() => {
  const groundOf = (element) => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return backgroundColor === 'rgba(0, 0, 0, 0)' ? groundOf(element.parentElement) : backgroundColor;
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === '' || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const colour = element instanceof SVGElement ? style.fill : style.color;
    texts.push({ text, colour, ground: groundOf(element) });
  }
  return texts;
})()`;

/** Pictures, as HTML, that neither have a name with numbers nor are hidden from assistive technology. */
export const UNNAMED_PICTURES = `[...document.querySelectorAll('svg')]
  .filter((svg) => svg.closest('[aria-hidden=true]') === null)
  .filter((svg) => svg.getAttribute('role') !== 'img' || !/\\d/.test(svg.ariaLabel ?? ''))
  .map((svg) => svg.outerHTML)`;
