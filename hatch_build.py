"""What a package says of where it comes from: only whoever publishes it knows the repository's address.

LNTX_REPOSITORY names it, as https://github.com/OWNER/lntx: the package then has its addresses, and the README's links and
pictures, which are files of the repository, are found from an index too. Without it there are none, and links stay as they are.
"""

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

VARIABLE = "LNTX_REPOSITORY"
_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*)\]\((?P<place>[^)\s]+)\)")
_BRANCH = "main"


class Origin(MetadataHookInterface):
    """Fill in the addresses and the description; those of an sdist stay as they were made."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the fields `urls` and `readme` where they aren't set."""
        home = os.environ.get(VARIABLE, "").rstrip("/")
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata.setdefault("urls", addresses(home))
        metadata.setdefault("readme", {"content-type": "text/markdown", "text": anchored(text, home)})


def addresses(home: str) -> dict[str, str]:
    """List the addresses of a repository; none where it isn't known."""
    if not home:
        return {}
    return {
        "Homepage": home,
        "Documentation": f"{home}/tree/{_BRANCH}/docs",
        "Changelog": f"{home}/blob/{_BRANCH}/CHANGELOG.md",
        "Issues": f"{home}/issues",
        "Source": home,
    }


def anchored(text: str, home: str) -> str:
    """Let links to files of the repository lead to its address; those that lead anywhere else, or within the page, stay."""

    def lead(found: re.Match[str]) -> str:
        place = found["place"]
        if not home or re.match(r"[a-z]+:|#", place):
            leads = place
        else:
            leads = f"{home}/{'raw' if found['picture'] else 'blob'}/{_BRANCH}/{place}"
        return f"{found['picture']}[{_LINK.sub(lead, found['text'])}]({leads})"

    return _LINK.sub(lead, text)
