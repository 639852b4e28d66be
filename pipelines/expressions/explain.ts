/** cel-js's sentence in the words of the language: our dialect's names and types are not the user's. */
export function explain(summary: string): { readonly message: string; readonly hint?: string } {
  const overload = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary);
  if (overload !== null) {
    const [, left = '', operator = '', right = ''] = overload;
    return mismatch(left, operator, right);
  }
  const unary = /^no such overload: ([!-])(\S+)$/.exec(summary);
  if (unary !== null) return { message: `${unary[1]} is not defined for ${typeName(unary[2])}` };

  const call = /^found no matching overload for '(?:(\S+?)\.)?(\w+)\((.*)\)'$/.exec(summary);
  if (call !== null) {
    const [, receiver, name = '', args = ''] = call;
    const types = args === '' ? [] : args.split(', ').map(typeName);
    if (name === 'mrDivide' || name === 'mrRemainder') {
      return mismatch(types[0] ?? '', name === 'mrDivide' ? '/' : '%', types[1] ?? '');
    }
    const subject = receiver === undefined ? '' : `${typeName(receiver)}.`;
    return { message: `${subject}${userName(name)}(${types.join(', ')}) is not defined` };
  }
  const outside = /^No such key: index out of bounds, index (-?[\d.]+) (?:>= size (\d+)|<)/.exec(
    summary,
  );
  if (outside !== null) {
    const [, index, size] = outside;
    const message = `the list has no item ${index}`;
    return { message: size === undefined ? message : `${message}: it has ${size}, from 0` };
  }
  const missing = /^No such key: (.+)$/.exec(summary);
  if (missing !== null) {
    const hint = 'has(…) asks for what may not exist, part by part: has(a.b) && has(a.b.c)';
    return { message: `there is no ${missing[1]}`, hint };
  }
  const unknown = /^Unknown variable: (.+)$/.exec(summary);
  if (unknown !== null) return { message: `unknown name ${unknown[1]}` };
  const text = summary.replace(/'?\bdyn<(\w+)>'?/g, '$1').replace(/\bmr([A-Z]\w*)/g, userName);
  return { message: text.charAt(0).toLowerCase() + text.slice(1) };
}

function mismatch(
  left: string,
  operator: string,
  right: string,
): { readonly message: string; readonly hint?: string } {
  const [a, b] = [typeName(left), typeName(right)];
  const message = `${a} ${operator} ${b} is not defined`;
  const hint =
    a === 'text' && b !== 'text'
      ? CONVERSIONS[b]
      : b === 'text' && a !== 'text'
        ? CONVERSIONS[a]
        : undefined;
  return hint === undefined ? { message } : { message, hint };
}

const CONVERSIONS: Readonly<Record<string, string>> = {
  number: 'double(…) makes a number of text, string(…) text of a number',
  timestamp: 'timestamp(…) makes a time of text',
  duration: 'duration(…) makes a duration of text, timestamp(…) a time',
};

const TYPE_NAMES: Readonly<Record<string, string>> = {
  double: 'number',
  int: 'number',
  string: 'text',
  bool: 'boolean',
  Timestamp: 'timestamp',
  Duration: 'duration',
  null: 'null',
};

function typeName(type = ''): string {
  const plain = /^dyn<(.+)>$/.exec(type)?.[1] ?? type;
  if (plain.startsWith('list')) return 'list';
  if (plain.startsWith('map') || plain.startsWith('$')) return 'object';
  return TYPE_NAMES[plain] ?? plain;
}

function userName(name: string): string {
  const own = /^mr([A-Z])(\w*)$/.exec(name);
  return own === null ? name : `${own[1]?.toLowerCase()}${own[2]}`;
}
