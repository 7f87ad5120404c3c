"""How many words a reader passes before a page's first picture."""

from html.parser import HTMLParser

UNSEEN = {"head", "script", "style", "title"}


class _Words(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.pictured = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.pictured |= tag == "svg" and dict(attrs).get("role") == "img"
        if tag in UNSEEN:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open[-1:] == [tag]:
            self.open.pop()

    def handle_data(self, data):
        if not self.open and not self.pictured:
            self.found += data.split()


def words_before_a_picture(path):
    """Count them; None for a page without a picture."""
    page = _Words(path.read_text(encoding="utf-8"))
    return len(page.found) if page.pictured else None
