#!/usr/bin/env python3
"""What readers got at a moment of a story, against the table beside this file.

    sees.py paths page|paper SHEET...     addresses below a child, one a line, in the order of what is asked
    sees.py check DIR MOMENT READER...    DIR/READER/N.STATUS: the answer to the N-th address
    sees.py open MOMENT                   the readers who see the child
    sees.py moments                       all moments, in order

`check` prints a line for each reader: "ok" or "no", a tab, the reader, a tab, what is wrong.
"""
import html
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
WHOLE = ['', '/timeline', '/growth', '/karte.pdf', '/growth.pdf']


def rows(name, least):
    for line in (HERE / name).read_text(encoding='utf-8').splitlines():
        if line and not line.startswith('#'):
            cells = line.split('\t')
            assert len(cells) >= least, f'{name}: {line}'
            yield cells


def words():
    """{sheet: {section: word}}, {sheet: address}"""
    known, path = {}, {}
    for sheet, where, section, word in rows('words.tsv', 4):
        known.setdefault(sheet, {})[section] = word
        path[sheet] = where
    return known, path


def table():
    """{moment: {reader: {what: sections or status}}}"""
    out = {}
    for moment, readers, whats, sees, *_ in rows('sees.tsv', 4):
        for reader in readers.split(','):
            mine = out.setdefault(moment, {}).setdefault(reader, {})
            for what in whats.split(','):
                assert what not in mine, f'twice in the table: {moment} {reader} {what}'
                mine[what] = sees
    return out


def text_of(path):
    """Everything that an answer says, also in its attributes; numbers only where they are text."""
    raw = path.read_bytes()
    if raw.startswith(b'%PDF'):
        done = subprocess.run(['pdftotext', '-q', str(path), '-'], capture_output=True, check=True)
        said = done.stdout.decode('utf-8', 'replace')
        return said, said
    page = raw.decode('utf-8', 'replace')
    return html.unescape(page), html.unescape(re.sub(r'<[^>]*>', ' ', page))


def found(path, marks):
    whole, shown = (re.sub(r'\s', '', t) for t in text_of(path))
    return {m for m in marks if re.sub(r'\s', '', m) in (shown if re.fullmatch(r'[\d.]+', m) else whole)}


def paths(kind, sheets):
    return WHOLE + [f'/sheets/{s}{end}' for s in sheets for end in ('', '.pdf')[:1 + (kind == 'paper')]]


def check(folder, moment, reader, sees, sheets, asked):
    """A list of what is wrong."""
    known, path = words()
    short = {where: name for name, where in path.items()}
    every = {w for sheet in known.values() for w in sheet.values()}
    wrong = []
    child = sees.get('child')
    if child not in ('200', '404'):
        return [f'no line about the child at {moment}']
    may, want = set(), {}
    for sheet in sheets:
        name = short[sheet]
        said = sees.get(name) if child == '200' else '404'
        if said is None:
            wrong.append(f'no line about {name} at {moment}')
            continue
        want[sheet] = set() if said == '404' else {known[name][s] for s in said.split(',')}
        may |= want[sheet]
    measured = {w for w in may if re.fullmatch(r'\d+\.\d', w)}
    for n, where in enumerate(asked):
        files = list((folder / reader).glob(f'{n}.*'))
        if len(files) != 1:
            wrong.append(f'{where or "karte"}: no answer')
            continue
        status = files[0].suffix[1:]
        there = found(files[0], every)
        if where in WHOLE:
            expected, exact = child, where not in ('', '/timeline')
            least = {'/karte.pdf': may, '/growth': measured, '/growth.pdf': measured}.get(where, set())
            if where.endswith('.pdf') and not least:
                expected = '404'  # nothing to put on paper
        else:
            sheet = re.sub(r'^/sheets/|\.pdf$', '', where)
            least, exact = want.get(sheet, set()), True
            expected = '200' if least else '404'
        if status != expected:
            wrong.append(f'{where or "karte"}: {status}, not {expected}')
        extra = there - (least if exact else may)
        lost = least - there if expected == '200' else set()
        if extra:
            wrong.append(f'{where or "karte"}: must not be there: {" ".join(sorted(extra))}')
        if lost:
            wrong.append(f'{where or "karte"}: missing: {" ".join(sorted(lost))}')
    return wrong


def main(do, *rest):
    if do == 'paths':
        print(*paths(rest[0], rest[1:]), sep='\n')
    elif do == 'moments':
        print(*table(), sep='\n')
    elif do == 'open':
        print(*sorted(r for r, sees in table()[rest[0]].items() if sees['child'] == '200'), sep='\n')
    elif do == 'check':
        folder, moment, readers = pathlib.Path(rest[0]), rest[1], rest[2:]
        sheets = (folder / 'sheets').read_text().split()
        asked = [line.rstrip('\n') for line in (folder / 'paths').open()]
        told = table()[moment]
        for reader in readers:
            wrong = check(folder, moment, reader, told.get(reader, {}), sheets, asked)
            print('no' if wrong else 'ok', reader, '; '.join(wrong), sep='\t')
        for reader in set(told) - set(readers):
            print('no', reader, 'the table speaks of somebody who was not asked', sep='\t')


main(*sys.argv[1:])
