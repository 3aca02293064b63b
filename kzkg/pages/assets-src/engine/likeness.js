// Measures how alike two spellings are: the measures and thresholds of `kzkg/names/likeness.py`, without its library.

const WHOLE = 78;
const CONSONANTS = 85;
const WORD = 0.84;
const LEAST = 0.8;
const MOST = 40;
const SAME_WORD = 0.72;
const SAME_LETTERS = 0.93;

/** Measure, out of 100, how alike two texts are by the letters that they have in common in the same order. */
export function ratio(one, other) {
  const size = one.length + other.length;
  return size ? (200 * common(one, other)) / size : 100;
}

function common(one, other) {
  let before = new Uint16Array(other.length + 1);
  let now = new Uint16Array(other.length + 1);
  for (let i = 0; i < one.length; i += 1) {
    for (let j = 0; j < other.length; j += 1) {
      now[j + 1] = one[i] === other[j] ? before[j] + 1 : Math.max(before[j + 1], now[j]);
    }
    [before, now] = [now, before];
  }
  return before[other.length];
}

/** Measure, out of 1, how alike two words are; words that begin alike are more so (Jaro and Winkler). */
export function winkler(one, other) {
  const alike = jaro(one, other);
  let prefix = 0;
  while (prefix < Math.min(4, one.length, other.length) && one[prefix] === other[prefix]) prefix += 1;
  return alike > 0.7 ? alike + prefix * 0.1 * (1 - alike) : alike;
}

function jaro(one, other) {
  if (!one.length || !other.length) return one.length === other.length ? 1 : 0;
  const reach = Math.max(Math.floor(Math.max(one.length, other.length) / 2) - 1, 0);
  const taken = new Array(other.length).fill(false);
  const first = [];
  for (let i = 0; i < one.length; i += 1) {
    for (let j = Math.max(0, i - reach); j < Math.min(other.length, i + reach + 1); j += 1) {
      if (!taken[j] && one[i] === other[j]) {
        taken[j] = true;
        first.push(one[i]);
        break;
      }
    }
  }
  if (!first.length) return 0;
  const second = [...other].filter((_, place) => taken[place]);
  const moved = Math.floor(first.filter((letter, place) => letter !== second[place]).length / 2);
  return (first.length / one.length + first.length / other.length + (first.length - moved) / first.length) / 3;
}

/** Give the best of some choices that reach the least score, with their places; a choice may be left out as null. */
function extract(text, choices, measure, least) {
  const hits = [];
  choices.forEach((each, place) => {
    if (each === null || (measure === ratio && tooFar(text, each, least))) return;
    const score = measure(text, each);
    if (score >= least) hits.push([each, score, place]);
  });
  return hits.sort((one, other) => other[1] - one[1] || one[2] - other[2]).slice(0, MOST);
}

/** Tell from the lengths alone that two texts cannot be so alike. */
function tooFar(one, other, least) {
  return 200 * Math.min(one.length, other.length) < least * (one.length + other.length);
}

/** Give the numbers of the names that are like the wanted one, with how alike they are, out of 1. */
export function alike(heard, consonants, known, usable) {
  const found = new Map();
  for (const [number, score] of [...whole(heard, consonants, known, usable), ...byWords(heard.split(" ").filter(Boolean), known.sounds, known.words)]) {
    if (score >= LEAST && score > (found.get(number) ?? 0) && usable(number)) found.set(number, score);
  }
  const digits = heard.match(/[0-9]+/g) ?? [];
  return [...found].filter(([number]) => {
    const held = new Set(known.sounds[number].match(/[0-9]+/g) ?? []);
    return digits.every((each) => held.has(each));
  });
}

function whole(heard, consonants, known, usable) {
  const found = [];
  const plain = heard.replaceAll(" ", "");
  for (const [text, choices, least, less] of [[plain, known.joined, WHOLE, 0], [consonants, known.bare, CONSONANTS, 0.01]]) {
    if (text.length <= 2) continue;
    const counted = choices.map((each, number) => (usable(number) ? each : null));
    found.push(...extract(text, counted, ratio, least).map(([, score, number]) => [number, score / 100 - less]));
  }
  return found;
}

function byWords(words, sounds, vocabulary) {
  const near = words.map((word) => close(word, vocabulary));
  if (!near.length || !near.every((each) => each.size)) return [];
  const rarest = near.reduce((best, each) => (each.size < best.size ? each : best));
  const size = words.reduce((sum, word) => sum + word.length, 0);
  const found = [];
  sounds.forEach((heard, number) => {
    const held = heard.split(" ").filter(Boolean);
    if (!held.some((word) => rarest.has(word))) return;
    const scores = near.map((each) => Math.max(0, ...held.map((word) => each.get(word) ?? 0)));
    if (!Math.min(...scores)) return;
    const share = Math.min(1, size / Math.max(held.reduce((sum, word) => sum + word.length, 0), 1));
    found.push([number, (scores.reduce((sum, each) => sum + each, 0) / scores.length) * (0.85 + 0.15 * share)]);
  });
  return found;
}

function close(word, vocabulary) {
  if (/^[0-9]+$/.test(word) || word.length < 3) return new Map([[word, 1]]);
  const hits = extract(word, vocabulary, winkler, WORD);
  return new Map(hits.filter(([other]) => !/^[0-9]+$/.test(other)).map(([other, score]) => [other, score]));
}

/** Measure, out of 1, how alike two sounds are that may differ by a typing error: no word may be another one. */
export function typingError(wanted, other) {
  const ours = wanted.split(" ").filter(Boolean);
  const theirs = other.split(" ").filter(Boolean);
  if (!ours.filter((word) => /^[0-9]+$/.test(word)).every((word) => theirs.includes(word))) return 0;
  const all = ratio(wanted.replaceAll(" ", ""), other.replaceAll(" ", "")) / 100;
  if (ours.length === theirs.length) {
    const worst = Math.min(...ours.map((word) => Math.max(...theirs.map((each) => ratio(word, each))))) / 100;
    return worst >= SAME_WORD ? all : 0;
  }
  return all >= SAME_LETTERS ? all : 0;
}
