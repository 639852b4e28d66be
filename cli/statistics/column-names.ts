import { InvalidArgumentError } from 'commander';

/**
 * Reads an option that lists columns: `a,b`, blanks around the names left out.
 *
 * @throws InvalidArgumentError on an empty name or one that is there twice
 */
export function readColumnNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('it must list names of columns: a,b');
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) throw new InvalidArgumentError(`it names ${repeated} twice`);
  return names;
}
