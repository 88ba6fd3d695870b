#!/usr/bin/env python3
"""Writes deploy/calendars/holidays.yaml: public holidays that close offices, 2009 to 2035.

usage: scripts/make-holidays.py > deploy/calendars/holidays.yaml

Nation-wide days only (UK: England and Wales). Days that a government decrees for one year stand in DECREED.
"""
import datetime

FIRST, LAST = 2009, 2035
MON, THU, FRI, SAT, SUN = 0, 3, 4, 5, 6
DAY = datetime.timedelta(days=1)


def easter(year):
    """Easter Sunday in the Gregorian calendar (the computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return datetime.date(year, month, day + 1)


def on(year, month, day):
    return datetime.date(year, month, day)


def nth(year, month, weekday, count):
    """The count-th weekday of a month; the last one for -1."""
    if count < 0:
        at = on(year + month // 12, month % 12 + 1, 1) - DAY
        return at - DAY * ((at.weekday() - weekday) % 7)
    at = on(year, month, 1)
    return at + DAY * ((weekday - at.weekday()) % 7 + 7 * (count - 1))


def germany(year):
    sunday = easter(year)
    days = [on(year, 1, 1), sunday - 2 * DAY, sunday + DAY, on(year, 5, 1), sunday + 39 * DAY,
            sunday + 50 * DAY, on(year, 10, 3), on(year, 12, 25), on(year, 12, 26)]
    if year == 2017:
        days.append(on(2017, 10, 31))  # 500 years of the Reformation
    return days


def substituted(days):
    """Moves each day that falls on a weekend to the next free Monday or later (United Kingdom)."""
    taken = {day for day in days if day.weekday() < SAT}
    moved = []
    for day in sorted(days):
        if day.weekday() >= SAT:
            day += DAY * (7 - day.weekday())
            while day in taken:
                day += DAY
            taken.add(day)
        moved.append(day)
    return moved


DECREED_UK = {2011: [(4, 29)], 2012: [(6, 5)], 2022: [(6, 3), (9, 19)], 2023: [(5, 8)]}


def united_kingdom(year):
    sunday = easter(year)
    early_may = on(2020, 5, 8) if year == 2020 else nth(year, 5, MON, 1)
    spring = {2012: on(2012, 6, 4), 2022: on(2022, 6, 2)}.get(year, nth(year, 5, MON, -1))
    days = substituted([on(year, 1, 1)]) + substituted([on(year, 12, 25), on(year, 12, 26)])
    days += [sunday - 2 * DAY, sunday + DAY, early_may, spring, nth(year, 8, MON, -1)]
    return days + [on(year, *day) for day in DECREED_UK.get(year, [])]


def france(year):
    sunday = easter(year)
    return [on(year, 1, 1), sunday + DAY, on(year, 5, 1), on(year, 5, 8), sunday + 39 * DAY,
            sunday + 50 * DAY, on(year, 7, 14), on(year, 8, 15), on(year, 11, 1),
            on(year, 11, 11), on(year, 12, 25)]


def netherlands(year):
    sunday = easter(year)
    if year < 2014:
        royal = on(year, 4, 30)
        royal -= DAY if royal.weekday() == SUN else 0 * DAY
    else:
        royal = on(year, 4, 27)
        royal -= DAY if royal.weekday() == SUN else 0 * DAY
    days = [on(year, 1, 1), sunday + DAY, royal, sunday + 39 * DAY, sunday + 50 * DAY,
            on(year, 12, 25), on(year, 12, 26)]
    if year % 5 == 0:
        days.append(on(year, 5, 5))  # Liberation Day, a day off every fifth year
    return days


def italy(year):
    days = [on(year, 1, 1), on(year, 1, 6), easter(year) + DAY, on(year, 4, 25), on(year, 5, 1),
            on(year, 6, 2), on(year, 8, 15), on(year, 11, 1), on(year, 12, 8), on(year, 12, 25),
            on(year, 12, 26)]
    if year == 2011:
        days.append(on(2011, 3, 17))  # 150 years of unity
    return days


def spain(year):
    return [on(year, 1, 1), on(year, 1, 6), easter(year) - 2 * DAY, on(year, 5, 1),
            on(year, 8, 15), on(year, 10, 12), on(year, 11, 1), on(year, 12, 6), on(year, 12, 8),
            on(year, 12, 25)]


def observed(day):
    """A federal holiday on a Saturday is kept on Friday, one on a Sunday on Monday (United States)."""
    return day - DAY if day.weekday() == SAT else day + DAY if day.weekday() == SUN else day


def united_states(year):
    days = [nth(year, 1, MON, 3), nth(year, 2, MON, 3), nth(year, 5, MON, -1),
            observed(on(year, 7, 4)), nth(year, 9, MON, 1), nth(year, 10, MON, 2),
            observed(on(year, 11, 11)), nth(year, 11, THU, 4), observed(on(year, 12, 25)),
            observed(on(year, 1, 1))]
    if year >= 2021:
        days.append(observed(on(year, 6, 19)))
    return days


REGIONS = [("DE", germany), ("ES", spain), ("FR", france), ("IT", italy), ("NL", netherlands),
           ("UK", united_kingdom), ("US", united_states)]


def main():
    print("# Public holidays that close offices, nation-wide (UK: England and Wales), 2009 to 2035.")
    print("# Made by scripts/make-holidays.py: change that, not this.")
    print("holidays:")
    for region, holidays in REGIONS:
        print(f"  {region}:")
        days = sorted({day for year in range(FIRST, LAST + 2) for day in holidays(year)})
        for year in range(FIRST, LAST + 1):
            texts = ", ".join(day.isoformat() for day in days if day.year == year)
            print(f"    - [{texts}]")


main()
