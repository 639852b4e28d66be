"""Tells how much of the scores of a search hangs on each parameter: for `millrace tune show`.

Takes the values `space` (name → what it may be), `trials` (those with a score: `params` and `score`)
and `seed`. Gives the values `shares` (name → share of the variance, or null where the trials had one
value of it) and `fit` (R² of the forest on trials that it did not see; null without shares).
"""

import sys

from millrace_ranking.forest import rank
from millrace_step import step


def main() -> int:
    given = step.values
    shares, fit = rank(given["space"], given["trials"], given["seed"])
    step.set_value("shares", shares)
    step.set_value("fit", fit)
    step.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
