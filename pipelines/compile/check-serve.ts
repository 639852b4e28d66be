import { type CompileContext, isRawObject } from './context.js';

/** What the `serve` block needs of the rest of the file. */
export function checkServe({ source, report }: CompileContext): void {
  const serve = source['serve'];
  if (!isRawObject(serve) || serve['outliers'] !== true || isRawObject(source['monitor'])) return;
  report({
    path: ['serve', 'outliers'],
    at: 'value',
    code: 'misplaced',
    message: 'without a monitor there is no profile that a row could be unlike',
    hint: 'add a `monitor:` block, or leave `outliers` out',
  });
}
