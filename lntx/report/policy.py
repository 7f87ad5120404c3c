"""What a page may load and run: nothing but what stands in it, by its hash, whatever a name from outside would bring along."""

import base64
import hashlib
from collections.abc import Iterable


def policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Write the Content-Security-Policy of a page with these inline sheets of styles and scripts, and no others.

    Nothing comes from a network; images are those within the page. Styles at single elements, handlers of events, frames, forms
    and another base of links are not allowed.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hashes(scripts)}",
            f"style-src {_hashes(styles)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hashes(texts: Iterable[str]) -> str:
    found = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{digest}'" for digest in found) or "'none'"
