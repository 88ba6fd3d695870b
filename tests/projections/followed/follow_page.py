"""Follows docs/writing-a-projection.md: writes each piece of code into the file that the page names: follow_page.py ROOT OUT.

Pieces of one file stand in the page's order. The line for projections/projections.cmake goes to the end of its list; every other
file is new, so one that the project already has is refused.
"""
import os
import re
import sys

PAGE = "docs/writing-a-projection.md"
LIST = "projections/projections.cmake"
PIECE = re.compile(r"^`(?P<file>[\w./-]+)`[^\n]*:\n\n```\w+\n(?P<code>.*?)^```$", re.S | re.M)


def pieces(page):
    files = {}
    for piece in PIECE.finditer(page):
        files.setdefault(piece["file"], []).append(piece["code"])
    if page.count("\n```") != 2 * sum(len(codes) for codes in files.values()):
        sys.exit(f"{PAGE}: a piece of code names no file on the line before it")
    return files


def main(root, out):
    with open(os.path.join(root, PAGE), encoding="utf-8") as file:
        files = pieces(file.read())
    with open(os.path.join(root, LIST), encoding="utf-8") as file:
        listed = file.read().rstrip()
    files[LIST] = [listed.removesuffix(")") + "\n", *(line.rstrip("\n") for line in files[LIST]), ")\n"]
    for path, codes in files.items():
        if path != LIST and os.path.exists(os.path.join(root, path)):
            sys.exit(f"{PAGE} writes {path}, which is there already")
        target = os.path.join(out, path)
        text = "\n".join(codes) if path != LIST else "".join(codes)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.isfile(target):
            with open(target, encoding="utf-8") as file:
                if file.read() == text:
                    continue  # as it is: nothing is built again
        with open(target, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
