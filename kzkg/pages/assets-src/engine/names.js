// Finds things by any of their names, across scripts, spellings and small typing errors; as `kzkg/names/`.
import { alike } from "./likeness.js";
import { fold, skeleton, Spelling, unknown } from "./spelling.js";
import { compare, length } from "./terms.js";

export const EXACT = 0;
export const SPELLING = 1;
export const SOUND = 2;
export const WORDS = 3;
export const SIMILAR = 4;
const KINDS = ["label", "alias", "short", "title", "number"];
const TIERS = [0, 0, 1, 2, 2];
const PENALTY = [0, 0.02, 0.1, 0.3];
const HALF = 0.5;

export class Names {
  constructor(told) {
    this.told = told;
    this.spelling = new Spelling(told);
    this.more = {};
    for (const part of ["things", "texts", "languages", "kinds", "sounds"]) this[part] = told[part].split("\n");
    this.ranks = told.ranks;
    this.owners = told.owners;
    this.folds = this.texts.map(fold);
    this.joined = this.sounds.map((heard) => heard.replaceAll(" ", ""));
    this.spoken = this.things.map(() => new Set());
    this.owners.forEach((thing, number) => { for (const word of this.sounds[number].split(" ").filter(Boolean)) this.spoken[thing].add(word); });
    this.vocabulary = [...new Set(this.sounds.flatMap((heard) => heard.split(" ").filter(Boolean)))].sort();
  }

  unknown(words) {
    return unknown(words, this.told.letters);
  }

  sound(words) {
    return this.spelling.sound(words, this.more);
  }

  within(sort) {
    if (!sort) return () => true;
    const number = this.told.sorts.indexOf(sort);
    return (name) => this.told.sorts_of[this.owners[name]].includes(number);
  }

  /** Find the things that a text may mean, the best first. */
  search(words, sort = null, wide = true) {
    const wanted = { text: words, folded: fold(words), heard: this.sound(words) };
    if (!wanted.folded && !wanted.heard) return [];
    const fits = this.within(sort);
    const found = [...this.same(wanted, fits), ...this.holding(wanted, fits)];
    if (found.every((each) => each.how > SOUND)) {
      const best = Math.max(0, ...found.map((each) => each.score));
      found.push(...this.described(wanted, fits));
      if (!found.length || (wide && best < share(HALF))) {
        const held = new Set(found.map((each) => each.iri));
        found.push(...this.similar(wanted, fits).filter((each) => !held.has(each.iri)));
      }
    }
    const best = new Map();
    for (const match of found.sort(inOrder)) if (!best.has(match.iri)) best.set(match.iri, match);
    return [...best.values()];
  }

  match(number, how, score) {
    const thing = this.owners[number];
    return { how, score, rank: this.ranks[thing], iri: this.things[thing], thing, text: this.texts[number], language: this.languages[number], kind: this.kinds[number] };
  }

  same(wanted, fits) {
    const together = wanted.heard.replaceAll(" ", "");
    const found = [];
    this.folds.forEach((folded, number) => {
      if (folded && folded === wanted.folded) {
        const exact = this.texts[number] === wanted.text;
        if (fits(number)) found.push(this.match(number, exact ? EXACT : SPELLING, exact ? 1 : 0.995));
      } else if (together && this.joined[number] === together && fits(number)) found.push(this.match(number, SOUND, 1));
    });
    return found;
  }

  holding(wanted, fits) {
    const found = [];
    for (const [words, texts] of [[wanted.heard, this.sounds], [wanted.folded, this.folds]]) {
      if (!words) continue;
      texts.forEach((text, number) => {
        if (holds(words, text) && fits(number)) found.push(this.match(number, WORDS, share(length(words) / length(text))));
      });
    }
    return found;
  }

  described(wanted, fits) {
    const words = [...new Set(wanted.heard.split(" ").filter(Boolean))];
    if (words.length < 2) return [];
    const fitting = this.spoken.map((known) => words.every((word) => known.has(word)));
    return this.owners.flatMap((thing, number) => {
      if (!fitting[thing] || !fits(number)) return [];
      const held = this.sounds[number].split(" ");
      return [this.match(number, WORDS, share(words.filter((word) => held.includes(word)).length / words.length / 4))];
    });
  }

  similar(wanted, fits) {
    const arabic = /[\u0600-\u06ff]/.test(wanted.text);
    const known = { sounds: this.sounds, joined: this.joined, bare: arabic ? this.sounds.map(skeleton) : [], words: this.vocabulary };
    const usable = (number) => this.kinds[number] !== "number" && this.ranks[this.owners[number]] < 3 && fits(number);
    return alike(wanted.heard, arabic ? skeleton(wanted.heard) : "", known, usable).map(([number, score]) => this.match(number, SIMILAR, score));
  }

  /** Give the name of a thing in the reader's language: a label, else a title, else any. */
  called(thing, lang, languages) {
    this.named ??= this.labelled();
    const order = [...new Set([lang, ...languages, ""])];
    const rank = (tag) => (order.includes(tag) ? order.indexOf(tag) : order.length);
    const all = this.named[thing];
    return all.reduce((best, each) => (rank(this.languages[each]) - rank(this.languages[best]) || compare(this.texts[each], this.texts[best])) < 0 ? each : best);
  }

  labelled() {
    const found = this.things.map(() => ({ label: [], title: [], other: [] }));
    this.owners.forEach((thing, number) => (found[thing][this.kinds[number]] ?? found[thing].other).push(number));
    return found.map(({ label, title, other }) => (label.length ? label : title.length ? title : other));
  }
}

function inOrder(one, other) {
  return TIERS[one.how] - TIERS[other.how] || PENALTY[one.rank] - one.score - (PENALTY[other.rank] - other.score) ||
    KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || length(one.text) - length(other.text) || compare(one.iri, other.iri);
}

function share(part) {
  return 0.8 + 0.2 * Math.min(part, 1);
}

/** Tell whether all words are words of a text, in any order; the last may be cut off after three letters. */
function holds(wanted, text) {
  const words = wanted.split(" ");
  const padded = ` ${text} `;
  const end = words.at(-1);
  const last = end.length > 2 && !/^\p{N}+$/u.test(end) ? ` ${end}` : ` ${end} `;
  return padded.includes(last) && words.slice(0, -1).every((word) => padded.includes(` ${word} `));
}
