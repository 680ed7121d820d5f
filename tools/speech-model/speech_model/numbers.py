"""Numbers as a clinician says them."""

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}


def cardinal(n, joiner=" "):
    """120 -> "one hundred twenty"; pass joiner=" and " for the British habit."""
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + (" " + ONES[n % 10] if n % 10 else "")
    if n < 1000:
        return ONES[n // 100] + " hundred" + (joiner + cardinal(n % 100) if n % 100 else "")
    if n < 1_000_000:
        return cardinal(n // 1000, joiner) + " thousand" + (" " + cardinal(n % 1000, joiner) if n % 1000 else "")
    return " ".join(ONES[int(d)] for d in str(n))


def ordinal(n):
    """21 -> "twenty first"."""
    *head, last = cardinal(n).split()
    if last in ORDINALS:
        last = ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return " ".join([*head, last])


def year(n):
    """1998 -> "nineteen ninety eight", 2004 -> "two thousand and four", 2023 -> "twenty twenty three"."""
    if 2000 <= n < 2010:
        return "two thousand" + (" and " + ONES[n % 10] if n % 10 else "")
    head, tail = divmod(n, 100)
    if tail == 0:
        return cardinal(head) + " hundred"
    return cardinal(head) + " " + ("oh " + ONES[tail] if tail < 10 else cardinal(tail))


def decimal(whole, digits):
    """(7, "25") -> "seven point two five"."""
    return cardinal(whole) + " point " + " ".join(ONES[int(d)] for d in digits)
