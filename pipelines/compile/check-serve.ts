import { type CompileContext, isRawObject, type RawObject } from './context.js';

/** What the `serve` block needs of the rest of the file. */
export function checkServe({ source, report }: CompileContext): void {
  const serve = source['serve'];
  if (!isRawObject(serve)) return;
  if (isRawObject(source['monitor'])) {
    checkMasked(serve, source['monitor'], report);
    return;
  }
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

/** A column cannot be both kept out of the log and watched by its name. */
function checkMasked(serve: RawObject, monitor: RawObject, report: CompileContext['report']): void {
  const log = isRawObject(serve['log']) ? serve['log'] : {};
  const masked = isRawObject(log['columns']) ? log['columns'] : {};
  const drift = isRawObject(monitor['drift']) ? monitor['drift'] : {};
  const features = isRawObject(drift['features']) ? drift['features'] : {};
  const columns = Array.isArray(features['columns']) ? features['columns'] : [];
  for (const [index, column] of columns.entries()) {
    if (typeof column !== 'string' || !Object.hasOwn(masked, column)) continue;
    report({
      path: ['monitor', 'drift', 'features', 'columns', index],
      at: 'value',
      code: 'misplaced',
      message: `${column} is masked by serve.log.columns, so the monitor never sees its values`,
      hint: 'leave it out of one of the two',
    });
  }
}
