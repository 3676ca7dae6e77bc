import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { frontOf, isGzip, wholeLines } from "./front";
import { doubledColumns, effective, mapParameter, missingRoles } from "./mapping";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
/** jsdom's Blob has no stream; what is tested needs only these two. */
const fileOf = (bytes: Uint8Array) =>
  ({
    slice: (from: number, to: number) => ({
      arrayBuffer: async () => bytes.slice(from, to).buffer,
    }),
    stream: () =>
      new ReadableStream({
        start(controller) {
          for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7));
          controller.close();
        },
      }),
  }) as unknown as Blob;

describe("The front of a file", () => {
  it("ends after its last whole record", () => {
    expect(wholeLines(bytesOf("a,b\n1,2\n3,"))).toBe(8);
    expect(wholeLines(bytesOf("a,b"))).toBe(0);
    expect(wholeLines(bytesOf('a\n"one\ntwo",'))).toBe(2);
    expect(wholeLines(bytesOf('a\n"one\ntwo"\nx'))).toBe(12);
    expect(wholeLines(bytesOf('a\n"say ""hi""\nyes"\nx'))).toBe(19);
  });

  it("is all of a small file, also without a line break at its end", async () => {
    const front = await frontOf(fileOf(bytesOf("a,b\n1,2")), 100);
    expect([textOf(front.bytes), front.isWhole]).toEqual(["a,b\n1,2", true]);
  });

  it("is cut at a line of a large file", async () => {
    const front = await frontOf(fileOf(bytesOf("a,b\n".repeat(50))), 31);
    expect([textOf(front.bytes), front.isWhole]).toEqual(["a,b\n".repeat(7), false]);
  });

  it("of a gzip file is unpacked", async () => {
    const packed = new Uint8Array(gzipSync("id,n\n" + "x,1\n".repeat(40)));
    expect(isGzip(packed)).toBe(true);
    const front = await frontOf(fileOf(packed), 10);
    expect(textOf(front.bytes)).toBe("id,n\nx,1\n");
  });
});

describe("The mapping of columns", () => {
  const guessed = { customer: "customer_id", order: "no", quantity: "n", price: "p" };
  it("is the reader's choice over the guess", () => {
    expect(effective({ order: "bill" }, guessed)).toMatchObject({
      customer: "customer_id",
      order: "bill",
      time: "",
    });
  });
  it("is left to the server until something is chosen", () => {
    expect(mapParameter({}, guessed)).toBeUndefined();
    expect(mapParameter({ time: "when", price: "" }, guessed)).toBe(
      "customer=customer_id,order=no,time=when,quantity=n",
    );
  });
  it("names what is missing, and what stands twice", () => {
    expect(missingRoles(effective({}, guessed))).toEqual(["time"]);
    expect(doubledColumns(effective({ time: "no" }, guessed))).toEqual(["no"]);
  });
});
