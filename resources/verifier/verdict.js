"use strict";

/*
The verdict on a QR text, with nothing but what the office published. Its codes are those of the program's own check:
valid, invalid, voided, returned, expired, used-up, frozen, revoked-key.
*/
const slqVerdict = (() => {
  const SHANGHAI_MS = 8 * 3_600_000;

  /** Return the day in Shanxi, whatever zone the device is set to: China keeps one time, without summer time. */
  function today() {
    return new Date(Date.now() + SHANGHAI_MS).toISOString().slice(0, 10);
  }

  function daysBetween(first, last) {
    return Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000);
  }

  /** Return the short code printed under the QR: eight digits of the text's SHA-256. */
  function checkCode(text) {
    const digits = slqToken.hex(nobleHashes.sha256(new TextEncoder().encode(text))).toUpperCase();
    return `${digits.slice(0, 4)}-${digits.slice(4, 8)}`;
  }

  function refused(reason) {
    return { verdict: "invalid", reason, token: null, key: null, ended: null, notes: [], checkCode: "" };
  }

  /** Return what a person should know beside the verdict. */
  function notesOn(token, ended, day, deviceDay, records) {
    const notes = [];
    if (deviceDay < records.asOf) notes.push("clock");
    if (token.journalSeq > BigInt(records.journalSeq)) notes.push("later");
    if (ended === null && token.useBy < day && day <= token.redeemBy) notes.push("use-over");
    return notes;
  }

  /** Check a QR text on a day of the device. */
  async function check(given, records, deviceDay = today()) {
    const text = given.trim();
    let token;
    try {
      token = slqToken.read(text);
    } catch (error) {
      if (error instanceof slqToken.BrokenForm) return refused("form");
      throw error;
    }
    const candidates = records.keys.filter((key) => key.algorithm === token.algorithm && key.id === token.keyId);
    if (candidates.length === 0 || token.algorithm !== slqRecords.ED25519) return refused("key");
    let signer = null;
    for (const key of candidates) {
      if (await slqSignature.isSignedBy(key.raw, token.signature, token.message)) signer = key;
    }
    if (signer === null) return refused("signature");
    // A device whose clock is behind the list must not make an expired voucher good again.
    const day = deviceDay < records.asOf ? records.asOf : deviceDay;
    const ended = records.ended.get(token.number) ?? null;
    let verdict = "valid";
    if (signer.revokedOn !== null) verdict = "revoked-key";
    else if (ended !== null) verdict = ended.status;
    else if (day > token.redeemBy) verdict = "expired";
    const notes = notesOn(token, ended, day, deviceDay, records);
    return { verdict, reason: verdict, token, key: signer, ended, notes, checkCode: checkCode(text) };
  }

  return Object.freeze({ check, today, daysBetween });
})();
