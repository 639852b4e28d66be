/** A change of the text of the project. */
export interface Planting {
  /** Source file, from the project's root. */
  readonly file: string;
  /** Stands once in the file. */
  readonly text: string;
  /** Stands there instead. */
  readonly becomes: string;
}

/** A bug in the text of the project, and the tests that must tell of it. */
export interface PlantedBug extends Planting {
  /** What the code then does, as a sentence goes on: `a step that …`. */
  readonly name: string;
  /** Test file whose tests are run as they are. */
  readonly suite: string;
  /** The test that must fail, by its title, and what its failure must say. */
  readonly caughtBy: { readonly test: string; readonly saying: string | RegExp };
  /** A test of the suite that does not meet the bug and passes: all else is in order. */
  readonly spares?: string;
  /** What the suite takes from the build, and is built with the bug: nothing when absent. */
  readonly built?: Built;
}

export type Built = 'worker' | 'workflows';

/**
 * The text of a source file with the change in it.
 *
 * @throws Error where the text to change does not stand exactly once
 */
export function plantedIn(source: string, { file, text, becomes }: Planting): string {
  const places = source.split(text).length - 1;
  if (places !== 1) {
    throw new Error(
      `the place to plant at is gone: this stands ${places} times in ${file}, not once\n${text}`,
    );
  }
  // As it stands: `$` means nothing.
  return source.replace(text, () => becomes);
}
