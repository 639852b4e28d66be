/**
 * Becomes the command, with what a container cannot be given from outside: descriptor 3 is the file
 * of progress, and millrace's own Python module stands beside what the image names. A command that
 * the image does not have is told apart from one that ends with 127 by itself.
 */
const LAUNCH = `exec 3>>"$MILLRACE_PROGRESS"
export PYTHONPATH="$1\${PYTHONPATH:+:$PYTHONPATH}"
missing=$2
shift 2
if ! command -v "$1" >/dev/null 2>&1; then
  : > "$missing"
  exit 127
fi
unset missing
exec "$@"`;

/** The argument list of a container whose image has `/bin/sh`. */
export function launched(
  command: readonly [string, ...string[]],
  files: { readonly helpersDirectory: string; readonly missingFile: string },
): readonly [string, ...string[]] {
  const { helpersDirectory, missingFile } = files;
  return ['/bin/sh', '-c', LAUNCH, 'millrace-step', helpersDirectory, missingFile, ...command];
}
