"use strict";

/*
What the office published: its keys and its list of ended numbers. The page is made with one such list (SLV1's inner
document), and can be shown a newer one in a signed file. A list is believed only when a key signed it that the page
knows already and nobody revoked; it never replaces a newer list, nor one of another office.
*/
const slqRecords = (() => {
  const LARGEST_FILE = 64 * 1024 * 1024;
  const ED25519 = 1;
  const STATUSES = ["voided", "returned", "expired", "used-up", "frozen"];
  const DAY = /^\d{4}-\d{2}-\d{2}$/;

  /** A list that is not believed; `code` names why: format, key, revoked, signature, office, older. */
  class RefusedList extends Error {
    constructor(code) {
      super(code);
      this.code = code;
    }
  }

  function require(holds, code = "format") {
    if (!holds) throw new RefusedList(code);
  }

  /** Read Base64 in its one spelling: with padding, without white space, unused bits empty. */
  function fromBase64(text) {
    require(typeof text === "string");
    let content;
    try {
      content = atob(text);
    } catch {
      throw new RefusedList("format");
    }
    require(btoa(content) === text);
    return Uint8Array.from(content, (sign) => sign.charCodeAt(0));
  }

  function parsed(text) {
    try {
      const found = JSON.parse(text);
      require(found !== null && typeof found === "object");
      return found;
    } catch {
      throw new RefusedList("format");
    }
  }

  function isDay(text) {
    return typeof text === "string" && DAY.test(text);
  }

  function keyOf(entry) {
    const raw = fromBase64(entry.raw_base64);
    const id = slqToken.hex(nobleHashes.sha256(raw).subarray(0, 4)).toUpperCase();
    require(raw.length === 32 && id === entry.id && Number.isInteger(entry.algorithm));
    require(entry.revoked_on === null || isDay(entry.revoked_on));
    return { id, algorithm: entry.algorithm, raw, revokedOn: entry.revoked_on, reason: String(entry.reason || "") };
  }

  function endedOf(entries) {
    require(Array.isArray(entries));
    const ended = new Map();
    for (const entry of entries) {
      require(Array.isArray(entry) && entry.length === 3);
      const [number, status, on] = entry;
      require(typeof number === "string" && STATUSES.includes(status) && isDay(on));
      ended.set(number, { status, on });
    }
    return ended;
  }

  /** Turn the inner document of a list into records. */
  function recordsOf(document) {
    require(document.format === "SLV1" && isDay(document.as_of) && Number.isInteger(document.journal_seq));
    require(typeof document.office === "string" && typeof document.file_id === "string");
    require(typeof document.journal_hash === "string" && Array.isArray(document.keys));
    return {
      office: document.office,
      fileId: document.file_id,
      trial: document.trial === true,
      asOf: document.as_of,
      journalSeq: document.journal_seq,
      journalHash: document.journal_hash,
      keys: document.keys.map(keyOf),
      ended: endedOf(document.ended),
    };
  }

  /** Return the keys of two lists; what either knows to be revoked stays revoked. */
  function keysTogether(newer, older) {
    const known = new Map(newer.map((key) => [key.id, key]));
    for (const key of older) {
      const same = known.get(key.id);
      if (same === undefined || (same.revokedOn === null && key.revokedOn !== null)) known.set(key.id, key);
    }
    return [...known.values()];
  }

  /**
   * Read the text of a signed list (SLV1) and return the records it leaves one with.
   *
   * @throws {RefusedList} when it is not believed.
   */
  async function readList(text, records) {
    const outer = parsed(text);
    require(outer.format === "SLV1" && typeof outer.list === "string");
    // No part that is not looked at.
    require(Object.keys(outer).sort().join() === "algorithm,format,key,list,signature");
    const signer = records.keys.find((key) => key.id === outer.key && key.algorithm === outer.algorithm);
    require(signer !== undefined && signer.algorithm === ED25519, "key");
    require(signer.revokedOn === null, "revoked");
    const message = new TextEncoder().encode(`SLV1${outer.list}`);
    require(await slqSignature.isSignedBy(signer.raw, fromBase64(outer.signature), message), "signature");
    const listed = recordsOf(parsed(outer.list));
    require(listed.fileId === records.fileId, "office");
    require(listed.journalSeq >= records.journalSeq && listed.asOf >= records.asOf, "older");
    const keys = keysTogether(listed.keys, records.keys);
    require(keys.find((key) => key.id === signer.id).revokedOn === null, "revoked");
    return { ...listed, keys };
  }

  return Object.freeze({ LARGEST_FILE, ED25519, RefusedList, recordsOf, readList });
})();
