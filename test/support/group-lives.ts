/**
 * A condition of the shell: whether a process of this group still runs. `kill -0` cannot tell: dash
 * refuses it for groups, and where process 1 does not reap, the dead can be signalled for ever.
 *
 * @param group - its number, or a word of the shell that gives it
 */
export function groupLives(group: number | string): string {
  return `ps -eo stat=,pgid= | grep -v '^Z' | grep -qw ${group}`;
}
