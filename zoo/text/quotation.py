"""Somebody's words made safe to stand between quotation marks in a trace."""

QUOTED_WORDS, QUOTED_CHARACTERS = 40, 300  # of a transcription


def quotable(words: str, most_words: int = QUOTED_WORDS) -> str:
    """Return words that can stand in a quotation within a trace: one line, no quotes, no tags, not too long.

    Half a surrogate pair, which JSON can hold and UTF-8 cannot, becomes a question mark.
    """
    words = words.encode("utf-8", "replace").decode("utf-8")
    kept = "".join(" " if character in '"\u201c\u201d<>' else character for character in words).split()
    text = " ".join(kept[:most_words])[:QUOTED_CHARACTERS].rstrip(" .")
    return text + ("..." if len(kept) > most_words or len(" ".join(kept)) > QUOTED_CHARACTERS else "")
