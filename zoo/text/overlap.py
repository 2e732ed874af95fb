"""How alike texts are by their words: word error rate, BLEU, ROUGE-L, METEOR, and Distinct-1 and -2.

Words are compared in lower case without punctuation around them. A text that is missing is an empty one.
"""

from collections.abc import Sequence

from zoo.text.claims import spoken_word


class NoSynonyms:
    """Stands in METEOR for WordNet, whose data no package brings: no word has a synonym."""

    def synsets(self, word: str) -> list[str]:
        """None."""
        return []


def spoken(words: str | None) -> str:
    """Return words as they are compared."""
    return " ".join(word for token in (words or "").split() if (word := spoken_word(token)))


def word_errors(told: Sequence[str | None], wanted: Sequence[str]) -> float:
    """Return the word error rate: errors in all texts for each word of all references."""
    from torchmetrics.functional.text import word_error_rate  # heavy, and only an evaluation needs it

    return float(word_error_rate([spoken(text) for text in told], [spoken(text) for text in wanted]))


def overlap(told: Sequence[str | None], wanted: Sequence[str]) -> dict[str, float]:
    """Return how N texts agree with their references, one each, and how varied they are; all in [0, 1].

    `bleu`: up to four words, over all texts together (Papineni et al., 2002). `rouge_l`: F1 of the longest common
    subsequence, mean. `meteor_exact_stem`: METEOR with its exact and stem stages, without synonyms (Banerjee and
    Lavie, 2005), so somewhat below one that has WordNet; mean. `distinct_1`, `distinct_2`: different single words and
    pairs as a share of all, over all texts (Li et al., 2016, arXiv 1510.03055).
    """
    from nltk.translate.meteor_score import single_meteor_score
    from torchmetrics.functional.text import bleu_score, rouge_score

    said, references = [spoken(text) for text in told], [spoken(text) for text in wanted]
    pairs = list(zip(said, references, strict=True))
    meteor = [single_meteor_score(theirs.split(), ours.split(), wordnet=NoSynonyms()) for ours, theirs in pairs]
    return {
        "bleu": float(bleu_score(said, [[reference] for reference in references])),
        "rouge_l": float(rouge_score(said, references, rouge_keys="rougeL")["rougeL_fmeasure"]),
        "meteor_exact_stem": sum(meteor) / len(meteor),
        "distinct_1": distinct(said, 1),
        "distinct_2": distinct(said, 2),
    }


def distinct(texts: Sequence[str], n: int) -> float:
    """Return the share of different ones among all runs of n words within a text; 0 where there is none."""
    rows = [text.split() for text in texts]
    runs = [tuple(words[i : i + n]) for words in rows for i in range(len(words) - n + 1)]
    return len(set(runs)) / len(runs) if runs else 0.0
