"""What the store shows of a package whose tracking has been corrected since."""

from services.notifier.domain.telling import Package, SetTracking, StoreOrder, Track


def corrections_of(package: Package, order: StoreOrder) -> list[SetTracking]:
    """Give what to show otherwise; nothing where the store shows what holds now.

    The number takes the place of the one before it, beside the numbers of reprints.
    """
    found = []
    for each in order.fulfillments:
        if each.knows(package.numbers):
            tracks = [
                corrected(track, package, is_first=place == 0)
                for place, track in enumerate(each.tracks)
            ]
            once = tuple({track.number: track for track in tracks}.values())
            if once != each.tracks:
                found.append(SetTracking(each.id, once))
    return found


def corrected(track: Track, package: Package, *, is_first: bool) -> Track:
    """Give what is to be shown in the place of this number; the same where it is another's.

    The store has one carrier for all numbers, the first one's. A link that it made of the number
    by itself stays where we have none.
    """
    if track.number not in package.numbers:
        return track
    wanted = package.track
    is_number_right = track.number == wanted.number
    return Track(
        wanted.number,
        wanted.url or (track.url if is_number_right else ""),
        (wanted.company if is_first else "") or track.company,
    )
