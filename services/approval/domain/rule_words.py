"""Rules in a merchant's words."""

from services.approval.domain.rules import Rules
from services.approval.domain.words import as_money

OFF = "off"


def words_of(rules: Rules) -> dict[str, str]:
    """Say of each rule what it is set to."""
    under, overdue = rules.auto_approve_under, rules.overdue_hours
    return {
        "approve products": ", ".join(sorted(rules.auto_approve_products)) or OFF,
        "approve small orders": f"under {as_money(under)}" if under else OFF,
        "approve returning shoppers": "on" if rules.auto_approve_returning else OFF,
        "cooling-off": counted(rules.cooling_off_minutes, "minute"),
        "alert": f"after {counted(overdue, 'hour')}" if overdue else OFF,
    }


def differences(before: Rules, after: Rules) -> list[str]:
    """Say what is different, such as `cooling-off: off → 30 minutes`."""
    old, new = words_of(before), words_of(after)
    return [f"{name}: {old[name]} → {new[name]}" for name in old if old[name] != new[name]]


def counted(number: float, unit: str) -> str:
    """Write a number with its unit."""
    return f"{number:g} {unit}{'' if number == 1 else 's'}" if number else OFF
