// Reduces names to what is left when capitals, accents, the script or the romanisation do not count; `names/spelling.py`.

const APOSTROPHES = /['`"\u02b9-\u02bf\u2018-\u201f]+/g;
const ROMAN = /^[ivx]+$/;

export class Spelling {
  /** Take the table of letters, the sounds that are spelt in several ways, and the signs that say "number". */
  constructor({ letters, spelt, signs }) {
    this.letters = letters;
    this.spelt = spelt;
    this.signs = new Set(signs);
  }

  /** Give the words in Latin letters, one spelling for one sound; `more` has letters that are not in the table. */
  sound(words, more = {}) {
    const spelt = [...casefold(words.normalize("NFC"))].map((letter) => this.letters[letter] ?? more[letter] ?? letter).join("").toLowerCase();
    const found = spelt.replace(APOSTROPHES, "").match(/[a-z]+|[0-9]+/g) ?? [];
    const kept = found.filter((word) => !this.signs.has(word));
    return (kept.length ? kept : found).map((word) => this.heard(word)).join(" ");
  }

  heard(word) {
    if (/^[0-9]+$/.test(word) || ROMAN.test(word)) return word;
    let said = word;
    for (const [spelt, sound] of this.spelt) said = said.replaceAll(spelt, sound);
    return said.replace(/\bie/g, "e").replace(/(?<=[aeiou])h\b/g, "").replace(/(.)\1+/g, "$1");
  }
}

/** Give the letters of a text that the table does not know, for which the library of transliterations is needed. */
export function unknown(words, letters) {
  return [...new Set(casefold(words.normalize("NFC")))].filter((letter) => letter > "\x7f" && !(letter in letters));
}

export function casefold(words) {
  return words.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");
}

/** Give the words without capitals, accents, apostrophes, hyphens and other marks. */
export function fold(words) {
  const parted = casefold(words).normalize("NFKD").replace(/[\u0640\u200c\u200d\u0300-\u036f\u0610-\u061a\u064b-\u065f]/g, "");
  return parted.replace(APOSTROPHES, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** Give the consonants of a sound, for Arabic leaves short vowels unwritten. */
export function skeleton(heard) {
  return heard.replace(/h\b/g, "").replace(/[aeiouy ]/g, "");
}
