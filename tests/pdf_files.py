"""Small PDF files whose text can be read, for tests."""

from __future__ import annotations


def pdf_of(*pages: str) -> bytes:
    """A page for each text, a line for each of its lines; any letters, by a table of what each code means."""
    codes = {letter: code for code, letter in enumerate(sorted(set("".join(pages)) - {"\n"}), start=33)}
    table = "\n".join(f"<{code:02x}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items())
    meanings = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{table}\nendbfchar endcmap end"
    )
    first = 4
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{first + 1 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode {first} 0 R >>",
        _stream(meanings),
    ]
    for number, page in enumerate(pages):
        lines = [f"<{''.join(f'{codes[letter]:02x}' for letter in line)}> Tj T*" for line in page.split("\n")]
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first + 2 + 2 * number} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>"
        )
        objects.append(_stream(f"BT /F 12 Tf 60 780 Td 16 TL {' '.join(lines)} ET"))
    content, places = b"%PDF-1.4\n", []
    for number, told in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{told}\nendobj\n".encode("latin-1")
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n"
    return content + f"{end}startxref\n{len(content)}\n%%EOF\n".encode()


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
