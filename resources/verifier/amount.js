"use strict";

/* Amounts of whole fen in figures and in capital numerals (大写), by the rules for paying documents. */
const slqAmount = (() => {
  const DIGITS = "零壹贰叁肆伍陆柒捌玖";
  const PLACES = ["", "拾", "佰", "仟"];

  /** Write fen as yuan with two decimals and grouped thousands: `1,234.50`. */
  function inFigures(fen) {
    const yuan = (fen / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    return `${yuan}.${(fen % 100n).toString().padStart(2, "0")}`;
  }

  /** Write four digits; a gap between them is one 零, a gap at their end is left to who comes after. */
  function fourInCapitals(four) {
    return four
      .replace(/^0+/, "")
      .split("")
      .map((digit, index, all) => (digit === "0" ? "0" : DIGITS[digit] + PLACES[all.length - 1 - index]))
      .join("")
      .replace(/0+$/, "")
      .replace(/0+/g, "零");
  }

  function yuanInCapitals(yuan) {
    const digits = yuan.toString();
    const groups = digits.padStart(Math.ceil(digits.length / 4) * 4, "0").match(/.{4}/g);
    let words = "";
    let isGap = false;
    groups.forEach((four, index) => {
      const place = groups.length - 1 - index;
      const content = fourInCapitals(four);
      if (content !== "") {
        if (words !== "" && (isGap || four.startsWith("0"))) words += "零";
        words += content + (place % 2 === 1 ? "万" : "");
        isGap = false;
      } else if (words !== "") {
        isGap = true;
      }
      // 亿 is said once, after the eight digits that it counts; 万亿 where the lower four of them are empty.
      const eight = groups.slice(Math.max(0, index - 1), index + 1).join("");
      if (place > 0 && place % 2 === 0 && /[1-9]/.test(eight)) words += "亿";
    });
    return words;
  }

  /** Write fen in capital numerals: `人民币壹仟肆佰零玖元伍角`. */
  function inCapitals(fen) {
    const yuan = fen / 100n;
    const jiao = Number((fen / 10n) % 10n);
    const rest = Number(fen % 10n);
    let words = yuan > 0n ? `${yuanInCapitals(yuan)}元` : "";
    if (jiao === 0 && rest === 0) return `人民币${words || "零元"}整`;
    if (jiao > 0) words += (yuan > 0n && yuan % 10n === 0n ? "零" : "") + `${DIGITS[jiao]}角`;
    else if (yuan > 0n) words += "零";
    if (rest > 0) words += `${DIGITS[rest]}分`;
    return `人民币${words}`;
  }

  return Object.freeze({ inFigures, inCapitals });
})();
