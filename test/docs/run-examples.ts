import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

/** One line of an example that says what it gives: `expression; // → value`. */
export interface ExampleClaim {
  readonly line: string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/**
 * Runs the TypeScript examples of a documentation page, one after another, against `library`.
 *
 * @param page - path of a Markdown file below the repository
 * @param library - what `import … from 'millrace/drift'` gives
 */
export function runExamples(page: string, library: object): readonly (readonly ExampleClaim[])[] {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => {
    const claims: ExampleClaim[] = [];
    const claim = (line: string, actual: unknown, expected: unknown) => {
      claims.push({ line, actual, expected });
    };
    new Function('library', 'claim', asProgram(block ?? ''))(library, claim);
    return claims;
  });
}

function asProgram(block: string): string {
  const program = block
    .replace(/import \{([^}]*)\} from 'millrace\/drift';/g, 'const {$1} = library;')
    .replace(
      /^(.*); \/\/ → (.*)$/gm,
      (_, expression, value) => `claim(${JSON.stringify(expression)}, ${expression}, ${value});`,
    );
  return transformSync(program, { loader: 'ts' }).code;
}
