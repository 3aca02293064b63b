// The prefixes, and the only place where a word of a reader becomes an RDF term; as `kzkg/terms.py` does it.

export class Refused extends Error {}

export const table = { prefixes: {} };
export const BASE = "https://w3id.org/kzkg/";
const LONGEST = 1000;
const LOCAL = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/;
const ABSOLUTE = /^(?:https?|urn|mailto|tag|doi|info|geo):[^\s<>"{}|\\^`\u0000-\u0020]+$/u;

export const iri = (value) => ({ type: "uri", value });
export const typed = (value, name) => ({ type: "literal", value, datatype: table.prefixes.xsd + name });
export const isThing = (term) => term?.type === "uri";
export const isLiteral = (term) => term?.type === "literal";
export const datatype = (term) => term.datatype || table.prefixes.xsd + "string";
export const same = (one, other) => key(one) === key(other);

export function key(term) {
  return term ? `${term.type}\0${term.value}\0${term.datatype || ""}\0${term["xml:lang"] || ""}` : "";
}

export function length(text) {
  return [...text].length;
}

export function quoted(word) {
  const plain = word.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "�");
  return length(plain) > 60 ? `'${[...plain].slice(0, 60).join("")}…'` : `'${plain}'`;
}

export function isName(word) {
  const [prefix, local] = parted(word);
  const known = local !== null && prefix in table.prefixes && !local.includes(" ");
  return known || (word.startsWith("<") && word.endsWith(">")) || ABSOLUTE.test(word);
}

export function parted(word) {
  const place = word.indexOf(":");
  return place < 0 ? [word, null] : [word.slice(0, place), word.slice(place + 1)];
}

export function expand(name) {
  if (length(name) > LONGEST) throw new Refused(`an IRI of ${length(name)} characters is too long, at most ${LONGEST} are taken`);
  const bare = name.startsWith("<") && name.endsWith(">") ? name.slice(1, -1) : name;
  const [prefix, local] = parted(bare);
  if (local !== null && prefix in table.prefixes && !local.startsWith("//")) return checked(table.prefixes[prefix] + local, name);
  if (ABSOLUTE.test(bare)) return checked(bare, name);
  if (local !== null && /^[A-Za-z][\w.-]*$/.test(prefix)) throw new Refused(`unknown prefix ${prefix}: in ${quoted(name)}`);
  throw new Refused(`${quoted(name)} is neither an IRI nor a prefixed name such as id:org-taliban`);
}

function checked(value, name) {
  if (!ABSOLUTE.test(value)) throw new Refused(`${quoted(name)} holds a character that no IRI may hold`);
  return iri(value);
}

export function shrink(value) {
  for (const [prefix, space] of Object.entries(table.prefixes)) {
    if (value.startsWith(space) && LOCAL.test(value.slice(space.length))) return `${prefix}:${value.slice(space.length)}`;
  }
  return value;
}

/** Write a term as SPARQL has it. */
export function written(term) {
  if (term.type === "uri") return `<${term.value}>`;
  const escaped = term.value.replace(/[\\"\n\r\t\b\f]/g, (letter) => ESCAPES[letter]);
  if (term["xml:lang"]) return `"${escaped}"@${term["xml:lang"]}`;
  return term.datatype ? `"${escaped}"^^<${term.datatype}>` : `"${escaped}"`;
}
const ESCAPES = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };

/** Give the IRI whose page tells of this one: a version, a file and a checksum are told where they belong. */
export function homeOf(iri) {
  const bare = iri.replace(/#sha256$/, "");
  if (bare.startsWith(`${BASE}graph/`)) return bare.replace(/\.ttl$/, "");
  if (/^(ns|vocab)\/(.*\/)?[0-9][^/]*$/.test(bare.slice(BASE.length))) return bare.slice(0, bare.lastIndexOf("/"));
  if (bare === `${BASE}ns#`) return `${BASE}ns`;
  return bare.startsWith(`${BASE}shapes`) ? `${BASE}shapes` : bare;
}

export function text(words) {
  if (length(words) > LONGEST) throw new Refused(`a text of ${length(words)} characters is too long, at most ${LONGEST} are taken`);
  if (/[\\\u0000-\u001f\u007f]/.test(words)) throw new Refused(`${quoted(words)} holds a backslash or a control character`);
  if (/\p{Cs}/u.test(words)) throw new Refused(`${quoted(words)} is not valid text`);
  return { type: "literal", value: words };
}

export function whole(word) {
  const digits = word.trim();
  if (!/^[+-]?[0-9]{1,18}$/.test(digits)) throw new Refused(`${quoted(digits)} is not a whole number, such as 2011`);
  return typed(String(BigInt(digits.replace("+", ""))), "integer");
}

export function day(word, rounded = null) {
  let told = word.trim();
  const found = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$/.exec(told);
  if (!found || (!rounded && !found[3])) throw new Refused(`${quoted(told)} is not a day, written as 2010-01-31`);
  if (rounded && !found[3]) told = span(told)[rounded === "down" ? 0 : 1];
  if (!real(told)) throw new Refused(`${quoted(told)} is no day of the calendar`);
  return typed(told, "date");
}

function real(told) {
  const [year, month, number] = told.split("-").map(Number);
  return year > 0 && month > 0 && month < 13 && number > 0 && number <= last(year, month);
}

function last(year, month) {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
}

/** Give the first and the last day of a year, a month or a day. */
export function span(told) {
  const found = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$/.exec(told);
  if (!found) throw new Refused(`${quoted(told)} is not a year, a month or a day, such as 2010, 2010-01 or 2010-01-31`);
  const [, year, month, number] = found;
  const ends = [`${year}-${month || "01"}-${number || "01"}`, `${year}-${month || "12"}-${number || String(last(Number(year), Number(month || 12)) || 0).padStart(2, "0")}`];
  if (!ends.every(real)) throw new Refused(`${quoted(told)} is no day of the calendar`);
  return ends;
}

/** Order two texts by their letters. */
export function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}
