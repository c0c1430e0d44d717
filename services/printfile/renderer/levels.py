"""The direction of each character of a line (Unicode UAX #9), and the order they are read in."""

from unicodedata import bidirectional

from bidi import algorithm

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def levels_of(text: str) -> list[int]:
    """Give each character its embedding level: even runs to the right, odd to the left."""
    if not any(bidirectional(char) in _RIGHT_TO_LEFT for char in text):
        return [0] * len(text)

    base = algorithm.get_base_level(text)
    storage = algorithm.get_empty_storage()
    storage["base_level"] = base
    storage["base_dir"] = "LR"[base]
    algorithm.get_embedding_levels(text, storage)
    for index, char in enumerate(storage["chars"]):
        char["index"] = index
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage, debug=False)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)

    # Rule X9 takes joiners out; each goes the way of the character it follows.
    known = {char["index"]: char["level"] for char in storage["chars"]}
    levels: list[int] = []
    for index in range(len(text)):
        levels.append(known.get(index, levels[-1] if levels else base))
    return levels


def visual_order(levels: list[int]) -> list[int]:
    """Order runs of these levels as they stand on paper from left to right (rule L2)."""
    order = list(range(len(levels)))
    odd = [level for level in levels if level % 2]
    if not odd:
        return order
    for level in range(max(levels), min(odd) - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end + 1
    return order
