"use strict";

/*
Ed25519 by the browser (WebCrypto) where it has it and does it right, else by noble-ed25519. Each way has to tell a
signature of RFC 8032 from the same with one bit changed before it is trusted with a paper.
*/
const slqSignature = (() => {
  // RFC 8032, 7.1, TEST 2.
  const KEY = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
  const SIGNATURE =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
  const MESSAGE = "72";

  function bytesOf(hex) {
    return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  }

  async function byBrowser(signature, message, rawKey) {
    const key = await crypto.subtle.importKey("raw", rawKey, { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
  }

  async function byLibrary(signature, message, rawKey) {
    nobleEd25519.hashes.sha512 = nobleHashes.sha512;
    return nobleEd25519.verify(signature, message, rawKey, { zip215: false });
  }

  async function isRight(verify) {
    const changed = bytesOf(SIGNATURE);
    changed[63] ^= 1;
    try {
      const answers = [
        await verify(bytesOf(SIGNATURE), bytesOf(MESSAGE), bytesOf(KEY)),
        await verify(changed, bytesOf(MESSAGE), bytesOf(KEY)),
        await verify(bytesOf(SIGNATURE), bytesOf("73"), bytesOf(KEY)),
      ];
      return answers[0] === true && answers[1] === false && answers[2] === false;
    } catch {
      return false; // no WebCrypto here, or none that knows Ed25519
    }
  }

  async function choose() {
    if (await isRight(byBrowser)) return { name: "webcrypto", verify: byBrowser };
    if (await isRight(byLibrary)) return { name: "library", verify: byLibrary };
    return { name: "none", verify: null };
  }

  const chosen = choose();

  /** Return which way was chosen: `webcrypto`, `library`, or `none` when this browser can do neither. */
  async function engine() {
    return (await chosen).name;
  }

  /** Return whether a key signed a message; a key that is no point of the curve signed nothing. */
  async function isSignedBy(rawKey, signature, message) {
    const { verify } = await chosen;
    if (verify === null) throw new Error("no Ed25519");
    try {
      return (await verify(signature, message, rawKey)) === true;
    } catch {
      return false;
    }
  }

  return Object.freeze({ engine, isSignedBy });
})();
