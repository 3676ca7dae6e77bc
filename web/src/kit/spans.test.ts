import { describe, expect, it } from "vitest";
import { paragraphsOf, replaceSpan, splitSpans, textOf, unitsOf } from "./spans";

describe("unitsOf", () => {
  it("counts an emoji as one code point, as the server does", () => {
    const text = "a🎉b👩‍🚀c";
    const unit = unitsOf(text);
    expect(unit(1)).toBe(1);
    expect(unit(2)).toBe(3);
    expect(text.slice(unit(2), unit(3))).toBe("b");
  });

  it("keeps offsets outside of the text inside of it", () => {
    expect(unitsOf("abc")(-1)).toBe(0);
    expect(unitsOf("abc")(9)).toBe(3);
  });
});

describe("textOf and replaceSpan", () => {
  const text = "🎄 35% off";

  it("reads and replaces the same words behind an emoji", () => {
    expect(textOf(text, { start: 2, end: 5 })).toBe("35%");
    expect(replaceSpan(text, { start: 2, end: 5 }, "10%")).toBe("🎄 10% off");
  });
});

describe("splitSpans", () => {
  it("gives the whole text as one piece without spans", () => {
    expect(splitSpans("Hello", [])).toEqual([{ text: "Hello", under: [], ends: [] }]);
  });

  it("splits overlapping spans and says where each one ends", () => {
    const pieces = splitSpans("Your neighbour at 14 Mill Lane ordered", [
      { start: 18, end: 30 },
      { start: 0, end: 38 },
    ]);
    expect(pieces.map((piece) => [piece.text, piece.under, piece.ends])).toEqual([
      ["Your neighbour at ", [1], []],
      ["14 Mill Lane", [1, 0], [0]],
      [" ordered", [1], [1]],
    ]);
  });

  it("splits spans that cross each other", () => {
    const pieces = splitSpans("abcdef", [
      { start: 0, end: 4 },
      { start: 2, end: 6 },
    ]);
    expect(pieces.map((piece) => [piece.text, piece.under, piece.ends])).toEqual([
      ["ab", [0], []],
      ["cd", [0, 1], [0]],
      ["ef", [1], [1]],
    ]);
  });

  it("marks exactly the words that the server meant behind emoji", () => {
    const pieces = splitSpans("Hi 🎉 you idiot, mail joe@example.com", [{ start: 5, end: 14 }]);
    expect(pieces[1]?.text).toBe("you idiot");
  });

  it("drops spans without words", () => {
    expect(splitSpans("abc", [{ start: 0, end: 0 }])).toEqual([
      { text: "abc", under: [], ends: [] },
    ]);
  });

  it("never loses a character", () => {
    const text = "🎁a🎁b🎁c";
    const spans = [
      { start: 1, end: 3 },
      { start: 2, end: 99 },
    ];
    const joined = splitSpans(text, spans).map((piece) => piece.text);
    expect(joined.join("")).toBe(text);
  });
});

describe("paragraphsOf", () => {
  it("parts at empty lines and keeps single line ends", () => {
    const shown = paragraphsOf(splitSpans("Hello,\n\nOne\ntwo", []));
    expect(shown.map((paragraph) => paragraph.map((piece) => piece.text))).toEqual([
      ["Hello,"],
      ["One\ntwo"],
    ]);
  });

  it("lets a span that crosses paragraphs end once", () => {
    const shown = paragraphsOf(splitSpans("ab\n\ncd", [{ start: 1, end: 5 }]));
    expect(shown).toHaveLength(2);
    expect(shown.flat().filter((piece) => piece.ends.length > 0)).toHaveLength(1);
    expect(shown[1]?.[0]).toEqual({ text: "c", under: [0], ends: [0] });
  });
});
