import { type CompileContext, isRawObject } from './context.js';

/** What the `serve` block needs of the rest of the file. */
export function checkServe({ source, report }: CompileContext): void {
  const serve = source['serve'];
  if (!isRawObject(serve) || isRawObject(source['monitor'])) return;
  if (serve['outliers'] === true) {
    report({
      path: ['serve', 'outliers'],
      at: 'value',
      code: 'misplaced',
      message: 'without a monitor there is no profile that a row could be unlike',
      hint: 'add a `monitor:` block, or leave `outliers` out',
    });
  }
  if (serve['unknownCategories'] === 'reject' || serve['unknownCategories'] === 'asMissing') {
    report({
      path: ['serve', 'unknownCategories'],
      at: 'value',
      code: 'misplaced',
      message: 'without a monitor there is no profile that says which categories are known',
      hint: 'add a `monitor:` block, or leave `unknownCategories` out',
    });
  }
}
