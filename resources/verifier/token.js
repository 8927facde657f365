"use strict";

/*
The token in a certificate's QR code, taken apart by its description alone: `SLQ1:` and Base45 (RFC 9285) of one CBOR
array (RFC 8949)

    [algorithm, key id, number, USCC, fen, use-by, redeem-by, journal seq, chain head, signature]

with days since 2000-01-01, signed over "SLQ1" and the CBOR of the first nine. Nothing here was made from the program
that signs: two readers of one description find each other's mistakes.

One value has many spellings in CBOR. Only the shortest is ours, so a text is accepted only when writing its content
again gives the same text.
*/
const slqToken = (() => {
  const PREFIX = "SLQ1:";
  const LONGEST_TEXT = 1000;
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const KINDS = ["int", "bytes", "text", "text", "int", "int", "int", "int", "bytes", "bytes"];
  const DAY_ZERO_MS = Date.UTC(2000, 0, 1);
  const DAY_MS = 86_400_000;
  // The calendar of who signs: 0001-01-01 to 9999-12-31.
  const FIRST_DAY = -730_119n;
  const LAST_DAY = 2_921_939n;

  /** A text that is no token of ours, letter by letter. */
  class BrokenForm extends Error {}

  function require(holds) {
    if (!holds) throw new BrokenForm("form");
  }

  // ------------------------------------------------------------------------------------------ Base45

  function fromBase45(text) {
    require(text.length % 3 !== 1);
    const bytes = [];
    for (let place = 0; place < text.length; place += 3) {
      const values = [...text.slice(place, place + 3)].map((sign) => ALPHABET.indexOf(sign));
      require(values.every((value) => value >= 0));
      const sum = values.reduce((total, value, index) => total + value * 45 ** index, 0);
      require(sum < (values.length === 3 ? 65_536 : 256));
      if (values.length === 3) bytes.push(sum >> 8);
      bytes.push(sum & 255);
    }
    return Uint8Array.from(bytes);
  }

  function toBase45(bytes) {
    let text = "";
    for (let place = 0; place < bytes.length; place += 2) {
      const isPair = place + 1 < bytes.length;
      let sum = isPair ? bytes[place] * 256 + bytes[place + 1] : bytes[place];
      for (let digit = 0; digit < (isPair ? 3 : 2); digit += 1) {
        text += ALPHABET[sum % 45];
        sum = Math.floor(sum / 45);
      }
    }
    return text;
  }

  // ------------------------------------------------------------------------------------------ CBOR

  /** Read one array of integers, byte strings and texts, of definite length; integers become BigInt. */
  function fromCbor(bytes) {
    let place = 0;

    function take(count) {
      require(count <= bytes.length - place);
      place += count;
      return bytes.subarray(place - count, place);
    }

    function head() {
      const [first] = take(1);
      const rest = first & 31;
      require(rest < 28);
      let argument = BigInt(rest);
      if (rest >= 24) argument = take(1 << (rest - 24)).reduce((total, byte) => total * 256n + BigInt(byte), 0n);
      return { major: first >> 5, argument };
    }

    function item() {
      const { major, argument } = head();
      if (major === 0) return argument;
      if (major === 1) return -1n - argument;
      require(major === 2 || major === 3);
      require(argument <= BigInt(bytes.length));
      const content = take(Number(argument));
      if (major === 2) return content;
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
      } catch {
        throw new BrokenForm("form");
      }
    }

    const { major, argument } = head();
    require(major === 4 && argument === BigInt(KINDS.length));
    const items = KINDS.map(item);
    require(place === bytes.length);
    return items;
  }

  function kindOf(value) {
    if (typeof value === "bigint") return "int";
    return typeof value === "string" ? "text" : "bytes";
  }

  function cborHead(major, argument) {
    for (const [size, code] of [[1, 24], [2, 25], [4, 26], [8, 27]]) {
      if (argument < 24n) return [(major << 5) | Number(argument)];
      if (argument < 1n << BigInt(8 * size)) {
        const bytes = Array.from({ length: size }, (_, index) => Number((argument >> BigInt(8 * index)) & 255n));
        return [(major << 5) | code, ...bytes.reverse()];
      }
    }
    throw new BrokenForm("form");
  }

  function toCbor(items) {
    const parts = [cborHead(4, BigInt(items.length))];
    for (const item of items) {
      if (kindOf(item) === "int") {
        parts.push(item < 0n ? cborHead(1, -1n - item) : cborHead(0, item));
      } else {
        const content = kindOf(item) === "text" ? new TextEncoder().encode(item) : item;
        parts.push(cborHead(kindOf(item) === "text" ? 3 : 2, BigInt(content.length)), [...content]);
      }
    }
    return Uint8Array.from(parts.flat());
  }

  // ------------------------------------------------------------------------------------------ the token

  function hex(bytes) {
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function isoDay(days) {
    const written = new Date(DAY_ZERO_MS + Number(days) * DAY_MS).toISOString();
    return written.slice(0, 10);
  }

  /**
   * Take a text apart.
   *
   * @returns {{algorithm: number, keyId: string, number: string, uscc: string, fen: bigint, useBy: string,
   *   redeemBy: string, journalSeq: bigint, chainHead: string, signature: Uint8Array, message: Uint8Array}}
   * @throws {BrokenForm} when it is not a token in our one spelling.
   */
  function read(text) {
    require(text.startsWith(PREFIX) && text.length <= LONGEST_TEXT);
    const items = fromCbor(fromBase45(text.slice(PREFIX.length)));
    require(items.every((item, index) => kindOf(item) === KINDS[index]));
    const [algorithm, keyId, number, uscc, fen, useBy, redeemBy, journalSeq, chainHead, signature] = items;
    require(keyId.length === 4 && chainHead.length === 16 && signature.length === 64);
    require(fen >= 0n && journalSeq >= 0n);
    require([useBy, redeemBy].every((day) => FIRST_DAY <= day && day <= LAST_DAY));
    require(PREFIX + toBase45(toCbor(items)) === text);
    return {
      algorithm: Number(algorithm),
      keyId: hex(keyId).toUpperCase(),
      number,
      uscc,
      fen,
      useBy: isoDay(useBy),
      redeemBy: isoDay(redeemBy),
      journalSeq,
      chainHead: hex(chainHead),
      signature,
      message: Uint8Array.from([...new TextEncoder().encode("SLQ1"), ...toCbor(items.slice(0, 9))]),
    };
  }

  /**
   * Return what a fragment of an address may mean, most likely first. Browsers write a space as %20 there and leave a
   * % alone; programs that make links write % as %25. A token holds both signs, so each reading is tried, and its form
   * and signature decide.
   */
  function textsOfFragment(fragment) {
    const written = fragment.replace(/^#/, "");
    const texts = [];
    try {
      texts.push(decodeURIComponent(written));
    } catch {
      // It holds a % of its own.
    }
    const pieces = written.split("%20");
    // Two to the power of the places at which "%20" may be a space or stand for itself; a handful at most.
    if (pieces.length <= 12) {
      for (let choice = 0; choice < 2 ** (pieces.length - 1); choice += 1) {
        texts.push(pieces.reduce((text, piece, index) => text + ((choice >> (index - 1)) & 1 ? "%20" : " ") + piece));
      }
    }
    return [...new Set(texts)];
  }

  function isWellFormed(text) {
    try {
      read(text);
      return true;
    } catch (error) {
      if (error instanceof BrokenForm) return false;
      throw error;
    }
  }

  return Object.freeze({ PREFIX, BrokenForm, read, isWellFormed, textsOfFragment, hex });
})();
