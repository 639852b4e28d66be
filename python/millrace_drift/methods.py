"""Methods by name. Each is loaded when it is asked for: scikit-learn costs a second."""

from collections.abc import Callable
from typing import Any

from .data import Samples
from .options import Options


def run(options: Options, samples: Samples, progress: Callable[[float], None]) -> dict[str, Any]:
    if options.method == "domain-classifier":
        from .domain_classifier import compare
    elif options.method == "spot-the-diff":
        from .spot_the_diff import compare
    elif options.method == "learned-kernel-mmd":
        from .learned_kernel_mmd import compare
    elif options.method == "isolation-forest":
        from .isolation_forest import judge as compare
    else:
        from .uncertainty import compare
    return compare(samples, options, progress)
