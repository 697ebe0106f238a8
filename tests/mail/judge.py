"""Reads mails with the standard library and their calendars with icalendar, and tells what is in them as JSON.

judge.py FROM UNTIL FILE...: each file is a mail; occurrences are those between the two moments.
"""

import email
import email.policy
import json
import sys
from datetime import datetime

import icalendar
import recurring_ical_events


def occurrences(calendar, begin, end):
    found = recurring_ical_events.of(calendar).between(begin, end)
    return sorted(int(event.start.timestamp()) for event in found if event.start >= begin)


def told(raw, begin, end):
    calendar = icalendar.Calendar.from_ical(raw)
    event = calendar.walk("VEVENT")[0]
    plain = lambda name: None if name not in event else str(event[name])
    zone = event["DTSTART"].params["TZID"]
    # By this reader's own knowledge of the zone, and by what the calendar itself says of it.
    # It remembers zones by their names.
    renamed = raw.replace(zone.encode(), b"Nowhere/" + event["UID"].encode())
    people = event.get("ATTENDEE", [])
    people = people if isinstance(people, list) else [people]
    return {
        "method": str(calendar["METHOD"]),
        "uid": plain("UID"),
        "sequence": int(event["SEQUENCE"]),
        "summary": plain("SUMMARY"),
        "description": plain("DESCRIPTION"),
        "location": plain("LOCATION"),
        "status": plain("STATUS"),
        "organizer": plain("ORGANIZER"),
        "attendees": [str(person) for person in people],
        "categories": event["CATEGORIES"].to_ical().decode() if "CATEGORIES" in event else None,
        "rule": event["RRULE"].to_ical().decode() if "RRULE" in event else None,
        "minutes": event["DURATION"].dt.total_seconds() / 60,
        "errors": [str(error) for component in calendar.walk() for error in component.errors],
        "occurrences": occurrences(calendar, begin, end),
        "by_its_own_zone": occurrences(icalendar.Calendar.from_ical(renamed), begin, end),
        "long_lines": [line.decode() for line in raw.split(b"\r\n") if len(line) > 75],
        "bare": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
    }


begin, end = (datetime.fromisoformat(text) for text in sys.argv[1:3])
mails = []
for path in sys.argv[3:]:
    raw = open(path, "rb").read()
    if path.endswith(".ics"):
        mails.append({"calendar": told(raw, begin, end)})
        continue
    mail = email.message_from_bytes(raw, policy=email.policy.SMTP)
    parts = [part for part in mail.walk() if not part.is_multipart()]
    calendars = [part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/calendar"]
    attached = [part.get_payload(decode=True) for part in parts if part.get_filename() == "invite.ics"]
    mails.append({
        "subject": str(mail["Subject"]),
        "from": str(mail["From"]),
        "to": str(mail["To"]),
        "reply_to": None if mail["Reply-To"] is None else str(mail["Reply-To"]),
        "id": str(mail["Message-ID"]),
        "headers": [name for name in mail.keys()],
        "kinds": [part.get_content_type() for part in mail.walk()],
        "methods": [part.get_param("method") for part in parts if part.get_content_type() == "text/calendar"],
        "text": parts[0].get_content().replace("\r\n", "\n"),
        "everything": "\n".join(part.get_payload(decode=True).decode() for part in parts) + "\n" + str(mail.items()),
        "ascii": raw.isascii(),
        "same": calendars == attached,
        "calendar": told(calendars[0], begin, end) if calendars else None,
        "defects": [str(defect) for part in mail.walk() for defect in part.defects],
    })
json.dump(mails, sys.stdout)
