"""What a chat template ends an assistant's turn with: the token that an answer is closed by."""

from contextlib import suppress
from typing import Any

from zoo.core.errors import ZooError

REPLY = "The reply."


def end_of_turn(tokenizer: Any) -> int:
    """The id of the special token behind a reply in the tokenizer's chat template; its end-of-text id if none is there.

    An instruct model ends its turns with it, which may be another token than the one its texts end with (Gemma, Phi).
    """
    text = ""
    with suppress(Exception):  # no template, or one that wants other turns
        turns = [{"role": "user", "content": "The question."}, {"role": "assistant", "content": REPLY}]
        text = str(tokenizer.apply_chat_template(turns, tokenize=False, return_dict=False))
    behind = text.rpartition(REPLY)[2].strip() if REPLY in text else ""
    special = {id for id, token in tokenizer.added_tokens_decoder.items() if token.special}
    found = [id for id in tokenizer.encode(behind, add_special_tokens=False)[:1] if id in special]
    found += [] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id]
    if not found:
        raise ZooError("the tokenizer names no token that ends a text or a turn; use an instruct model's")
    return int(found[0])
