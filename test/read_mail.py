#!/usr/bin/env python3
"""Reads letters (a JSON list of base64) from standard input and prints what Python's email package finds in them. Whatever it calls a defect is in "defects"."""
import base64, email, email.policy, json, sys


def defects(part):
    found = [repr(d) for d in part.defects]
    for value in part.values():
        found += [repr(d) for d in getattr(value, 'defects', [])]
    for inner in part.iter_parts() if part.is_multipart() else []:
        found += defects(inner)
    return found


def read(raw):
    m = email.message_from_bytes(raw, policy=email.policy.default)
    lines = raw.split(b'\r\n')
    return {
        'headers': {k.lower(): str(v) for k, v in m.items()},
        'names': [k.lower() for k in m.keys()],
        'from': [[a.display_name, a.addr_spec] for a in m['from'].addresses],
        'to': [[a.display_name, a.addr_spec] for a in m['to'].addresses],
        'date': m['date'].datetime.isoformat(),
        'types': [p.get_content_type() for p in m.iter_parts()],
        'text': m.get_body(('plain',)).get_content().replace('\r\n', '\n'),
        'html': m.get_body(('html',)).get_content().replace('\r\n', '\n'),
        'longest': max(map(len, lines)),
        'bare': raw.replace(b'\r\n', b'').count(b'\n') + raw.replace(b'\r\n', b'').count(b'\r'),
        'ascii': all(b < 128 for b in raw),
        'defects': defects(m),
    }


print(json.dumps([read(base64.b64decode(x)) for x in json.load(sys.stdin)]))
