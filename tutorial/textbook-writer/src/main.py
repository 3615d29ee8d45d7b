"""Writes a chapter of a textbook about materials that nobody needs to read.

The sentences come from a Markov chain over the texts in `data`: each word is one that
followed the two words before it somewhere in them. Called in the same way, it writes the same chapter.
"""

import argparse
import random
import sys
from pathlib import Path

import markovify

DATA = Path(__file__).resolve().parent.parent / "data"


def arguments():
    parser = argparse.ArgumentParser(description="Writes a chapter about materials.")
    parser.add_argument("--sentences", type=int, default=5, metavar="N", help="how many sentences (default: 5)")
    parser.add_argument("--pdf", metavar="FILENAME", help="write a PDF instead of printing")
    return parser.parse_args()


def chapter(sentences):
    random.seed(1)
    texts = [path.read_text(encoding="utf-8") for path in sorted(DATA.glob("*.txt"))]
    model = markovify.combine([markovify.Text(text) for text in texts])
    return [model.make_sentence(tries=1000, max_overlap_ratio=0.9) for _ in range(sentences)]


def wrapped(text, width):
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line


def write_pdf(path, title, sentences):
    # Imported here, so that printing works where cairo is not installed.
    import cairocffi

    width, height, margin, leading = 420, 595, 48, 18
    page = cairocffi.PDFSurface(path, width, height)
    pen = cairocffi.Context(page)
    pen.select_font_face("serif")
    pen.set_font_size(20)
    pen.move_to(margin, margin + 20)
    pen.show_text(title)
    pen.set_font_size(12)
    y = margin + 60
    for line in wrapped(" ".join(sentences), 58):
        if y > height - margin:
            pen.show_page()
            y = margin + leading
        pen.move_to(margin, y)
        pen.show_text(line)
        y += leading
    page.finish()


def main():
    options = arguments()
    if options.sentences < 1:
        sys.exit("main.py: a chapter has at least one sentence")
    title = "Materials, a chapter"
    sentences = chapter(options.sentences)
    if options.pdf:
        write_pdf(options.pdf, title, sentences)
        print(f"{len(sentences)} sentences written to {options.pdf}")
    else:
        print(title)
        print()
        for sentence in sentences:
            print(sentence)


if __name__ == "__main__":
    main()
